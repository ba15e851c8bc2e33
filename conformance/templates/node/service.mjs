// Lets sf-conformance drive the integration over HTTP: POST /sfcert/v1 with one JSON request, one JSON answer.
// Protocol: DRIVERS.md of sf-conformance. Mount `handle` in your own server if the product has one.

import { createServer } from 'node:http';

const token = process.env.SFCERT_RUN_TOKEN;

/** One function an operation. What is missing here is answered `unsupported`, and the checks that need it do not apply. */
const operations = {
  hello: () => ({
    name: '{{name}}',
    version: '{{version}}',
    app_kind: 'confidential',
    operations: Object.keys(operations),
    processes: 1,
    connections: 1,
    entries: ['connect'],
    uses: [],
    logs: [],
    install_link: 'none',
  }),

  // Write these next: connect, callback, call, status. State that has to survive a restart goes below SFCERT_STATE_DIR.
};

async function answer(body) {
  let request;
  try {
    request = JSON.parse(body);
  } catch {
    return failure('', 'bad_request', 'not JSON');
  }
  const { id = '', op } = request;
  if (!Object.hasOwn(operations, op)) {
    return failure(id, 'unsupported', `no operation ${op}`);
  }
  try {
    return { v: 1, id, ok: true, result: await operations[op](request) };
  } catch (error) {
    return failure(id, 'failed', error.message, error.problem ?? 'other');
  }
}

const failure = (id, code, detail, problem = 'none') => ({ v: 1, id, ok: false, error: { code, problem, detail } });

export async function handle(request, response) {
  const send = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST' || request.url !== '/sfcert/v1') {
    return send(404, {});
  }
  if (!token || request.headers.authorization !== `Bearer ${token}`) {
    return send(401, {});
  }
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  send(200, await answer(body));
}

createServer(handle).listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
