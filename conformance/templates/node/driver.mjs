// Lets sf-conformance drive the integration: one JSON request a line on standard input, one answer a line on standard output.
// Protocol: DRIVERS.md of sf-conformance. Log to standard error only, and never a secret.

import { createInterface } from 'node:readline';

/** Whatever has to survive a restart belongs below this folder. */
const stateDir = process.argv[process.argv.indexOf('--state-dir') + 1];

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

  // Write these next, each by calling what your product calls when a user presses the button:
  //
  // connect: async ({ connection, environment }) => ({ authorize_url: await beginConnecting(stateDir, connection, environment) }),
  // callback: async ({ connection, url }) => finishConnecting(stateDir, connection, url), // answers as `status` does
  // call: async ({ connection }) => ({ ok: true, http_status: 200 }),                     // any one data request
  // status: async ({ connection }) => ({ state: 'not_connected', problem: 'none', detail: '' }),
};

/** What Salesforce refused: throw it from an operation, with the problem that your user is told. */
export class Refused extends Error {
  constructor(problem, detail) {
    super(detail);
    this.problem = problem;
  }
}

async function answer(line) {
  let request;
  try {
    request = JSON.parse(line);
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
    return failure(id, 'failed', error.message, error instanceof Refused ? error.problem : 'other');
  }
}

const failure = (id, code, detail, problem = 'none') => ({ v: 1, id, ok: false, error: { code, problem, detail } });

createInterface({ input: process.stdin }).on('line', async (line) => {
  process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
});
