// A web application with a connect page, as sf-conformance meets it in the browser. Put your own in its place.

import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

const { SFCERT_LOGIN_URL, SFCERT_TEST_URL, SFCERT_CLIENT_ID, SFCERT_REDIRECT_URI, PORT = '3000' } = process.env;
const callbackPath = new URL(SFCERT_REDIRECT_URI ?? 'http://localhost/callback').pathname;

/** Attempts under way, by their state: the verifier that belongs to each. */
const attempts = new Map();

function connectAddress(environment) {
  const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
  attempts.set(state, verifier);
  const url = new URL('/services/oauth2/authorize', environment === 'sandbox' ? SFCERT_TEST_URL : SFCERT_LOGIN_URL);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: SFCERT_CLIENT_ID,
    redirect_uri: SFCERT_REDIRECT_URI,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  return url.href;
}

const page = (body) => ({ status: 200, body: `<!doctype html><title>{{name}}</title>${body}` });

const routes = {
  'GET /connect': () =>
    page(`<form method="post" action="/connect">
      <label><input type="radio" name="environment" value="production" checked> Production</label>
      <label><input type="radio" name="environment" value="sandbox"> Sandbox</label>
      <button data-sfcert="connect">Connect Salesforce</button></form>`),
  'POST /connect': (form) => ({ status: 303, headers: { Location: connectAddress(form.get('environment')) } }),
  // Write this next: compare the state, exchange the code, store the tokens.
  [`GET ${callbackPath}`]: () => page('<p data-sfcert-state="not_connected">Not connected: the callback is not written yet.</p>'),
  'GET /status': () => page('<p data-sfcert-state="not_connected" data-sfcert-problem="none">Not connected.</p>'),
};

createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
  }
  const route = routes[`${request.method} ${new URL(request.url, 'http://localhost').pathname}`];
  const answer = route ? route(new URLSearchParams(body)) : { status: 404, body: 'Not found' };
  response.writeHead(answer.status, { 'Content-Type': 'text/html; charset=utf-8', ...answer.headers }).end(answer.body ?? '');
}).listen(Number(PORT), '127.0.0.1');
