// Test kit of sf-mock for Node 20 or later. One file without dependencies: copy it beside your tests.
//
//   import { SfMock } from './sf_mock.mjs';
//
//   const mock = await SfMock.start();
//   const org = await mock.newOrg({ users: ['ada'], apps: ['installed'] });
//   const { access_token, instance_url } = await org.session('ada');
//   …
//   await mock.stop();
//
// What the control API answers is handed over as it is, with its own member names; they are in its OpenAPI document.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as later } from 'node:timers/promises';

/**
 * @typedef {Record<string, any>} Json
 *
 * @typedef {object} StartOptions
 * @property {string} [bin] Path of the program; otherwise `SF_MOCK_BIN`, otherwise `sf-mock` on the PATH.
 * @property {string} [world] World file to start from instead of the built-in world.
 * @property {string} [dataDir] Directory that keeps the orgs; without it everything lives in memory.
 * @property {number} [seed] Makes ids, codes and tokens repeat from run to run.
 * @property {'single' | 'ports' | 'names'} [addressing] Which addresses the server reports.
 * @property {boolean} [tls] Opens HTTPS listeners beside the plain ones.
 * @property {string} [controlToken] What callers of the control API must send; the kit sends it.
 * @property {string[]} [flags] Further flags of `sf-mock serve`.
 * @property {number} [timeoutMs] How long the server may take to get ready. Default 20,000.
 *
 * @typedef {object} Ready The server's ready line.
 * @property {string} login_url
 * @property {string} test_url
 * @property {string | null} login_url_tls
 * @property {string | null} test_url_tls
 * @property {string} control_url
 * @property {string | null} control_token
 * @property {string | null} ca_file
 * @property {{ name: string, id: string, instance_url: string }[]} orgs
 *
 * @typedef {object} Session
 * @property {string} access_token
 * @property {string} [refresh_token]
 * @property {string} instance_url
 * @property {string} id Names the session when it is to end.
 *
 * @typedef {object} JournalFilter
 * @property {number} [since] Entries after this `seq`.
 * @property {string} [org]
 * @property {string} [app]
 * @property {number} [limit]
 *
 * @typedef {string | { name: string }} Named A name, or anything that has one: an org, an app, a user.
 */

/** A call of the control API that was refused. The message names the call, the field and what was expected of it. */
export class SfMockError extends Error {
  /** @param {string} call @param {number} status @param {Json} problem Problem details, RFC 9457 */
  constructor(call, status, problem) {
    const field = problem.field ? `${problem.field}: ` : '';
    super(`${call} was refused with ${status}: ${field}${problem.detail ?? problem.title ?? 'no reason given'}`);
    this.name = 'SfMockError';
    /** HTTP status of the refusal. */
    this.status = status;
    /** The member of the body, query or path that is wrong, `users[0].profile`; undefined if it is not one alone. @type {string | undefined} */
    this.field = problem.field ?? undefined;
    /** What was expected. @type {string | undefined} */
    this.detail = problem.detail;
  }
}

/** Bytes of the server's log kept for error messages. */
const LOG_KEPT = 64 * 1024;

/** Variables of the caller that must not reach the server: they would give it other ports, another world or another token. */
const isForeign = (name) => /^SF_MOCK_(?!BIN$|CA_DIR$|LOG$)/i.test(name);

const nameOf = (named) => (typeof named === 'string' ? named : named.name);
const segment = (named) => encodeURIComponent(nameOf(named));
const unique = (kind) => `${kind}-${randomBytes(4).toString('hex')}`;

/** @param {Record<string, unknown>} members */
function query(members) {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== null);
  const values = given.map(([name, value]) => [name, typeof value === 'object' ? nameOf(value) : String(value)]);
  return given.length ? `?${new URLSearchParams(values)}` : '';
}

/** @param {string | undefined} named */
function program(named) {
  const chosen = named ?? process.env.SF_MOCK_BIN;
  if (chosen) {
    return chosen;
  }
  const names = process.platform === 'win32' ? ['sf-mock.exe'] : ['sf-mock'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (!found) {
    throw new Error('no sf-mock found: give its path as `bin`, name it in SF_MOCK_BIN, or put it on the PATH');
  }
  return found;
}

/** The end of what a program wrote to standard error. */
class Log {
  text = '';

  /** @param {import('node:stream').Readable} stream */
  constructor(stream) {
    stream.setEncoding('utf8');
    stream.on('data', (piece) => {
      this.text = (this.text + piece).slice(-LOG_KEPT);
    });
  }
}

/** The control API: one call at a time, straight to the server whatever proxy the environment names. */
class Control {
  #agent = new Agent({ keepAlive: true });

  /** @param {string} url @param {string | null} token @param {() => Promise<string>} whyGone What is known of a server that does not answer. */
  constructor(url, token, whyGone) {
    this.url = url;
    this.token = token;
    this.whyGone = whyGone;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async call(method, path, body) {
    const sent = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-length': Buffer.byteLength(sent) };
    if (sent) {
      headers['content-type'] = 'application/json';
    }
    if (this.token) {
      headers.authorization = `Bearer ${this.token}`;
    }
    const { status, text } = await this.#exchange(method, path, headers, sent);
    const answer = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { detail: text };
    if (status >= 400) {
      throw new SfMockError(`${method} ${path}`, status, answer);
    }
    return text === '' ? undefined : answer;
  }

  #exchange(method, path, headers, sent) {
    return new Promise((resolve, reject) => {
      const failed = async (cause) => {
        const message = `${method} ${path}: no answer from ${this.url}: ${cause.message}${await this.whyGone()}`;
        reject(new Error(message, { cause }));
      };
      const call = request(this.url + path, { method, headers, agent: this.#agent }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (piece) => (text += piece));
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
        answer.on('error', failed);
      });
      call.on('error', failed);
      call.end(sent);
    });
  }

  close() {
    this.#agent.destroy();
  }
}

/** The virtual clock, which everything issued or checked obeys. */
class Clock {
  #control;

  /** @param {Control} control */
  constructor(control) {
    this.#control = control;
  }

  /** The time by this clock. @returns {Promise<Date>} */
  async now() {
    return new Date((await this.#control.call('GET', '/clock')).now);
  }

  /** @param {string | number} by An ISO 8601 duration (`PT15M`, `P31D`), or seconds. */
  advance(by) {
    return this.#set({ advance: typeof by === 'number' ? `PT${by}S` : by });
  }

  /** @param {Date | string} to */
  set(to) {
    return this.#set({ set: to instanceof Date ? to.toISOString() : to });
  }

  freeze() {
    return this.#set({ freeze: true });
  }

  /** Lets a frozen clock run on. */
  unfreeze() {
    return this.#set({ freeze: false });
  }

  /** Back to wall time, running. */
  reset() {
    return this.#set({ reset: true });
  }

  async #set(change) {
    return new Date((await this.#control.call('POST', '/clock', change)).now);
  }
}

/** A planned fault. */
class Fault {
  #control;

  /** @param {Control} control @param {Json} planned */
  constructor(control, planned) {
    this.#control = control;
    /** @type {string} */
    this.id = planned.id;
  }

  /** Lets go the requests that a `hold` keeps waiting. @returns {Promise<number>} how many */
  async release() {
    return (await this.#control.call('POST', `/faults/${this.id}/release`)).released;
  }

  /** Waits until a `hold` keeps a request. @param {{ timeoutMs?: number }} [options] */
  async waitUntilHeld({ timeoutMs = 5_000 } = {}) {
    const end = Date.now() + timeoutMs;
    while (!(await this.state())?.held) {
      if (Date.now() >= end) {
        throw new Error(`fault ${this.id} held no request within ${timeoutMs} ms`);
      }
      await later(20);
    }
  }

  /** What became of it: `seen`, `applied` and `held` are counts. @returns {Promise<Json | undefined>} undefined once it is removed */
  async state() {
    const { faults } = await this.#control.call('GET', '/faults');
    return faults.find(({ id }) => id === this.id);
  }

  remove() {
    return this.#control.call('DELETE', `/faults/${this.id}`);
  }
}

/** One org. */
class Org {
  #mock;

  /** @param {SfMock} mock @param {Json} answer */
  constructor(mock, answer) {
    this.#mock = mock;
    /** @type {string} */
    this.name = answer.name;
    /** @type {string} */
    this.id = answer.id;
    /** @type {string} */
    this.instanceUrl = answer.instance_url;
    /** As they were when this object was made; `user` reads one afresh. @type {Json[]} */
    this.users = answer.users ?? [];
  }

  get #path() {
    return `/orgs/${segment(this)}`;
  }

  /** One call below this org: `org.control('POST', '/objects', …)`. @param {string} method @param {string} path @param {unknown} [body] */
  control(method, path, body) {
    return this.#mock.control(method, this.#path + path, body);
  }

  /** A user with `username` and `password`. @param {Named} named */
  user(named) {
    return this.control('GET', `/users/${segment(named)}`);
  }

  /** @param {Json | string} [user] Members of the user, or the name alone. Username and password are made up where they are left out. */
  async newUser(user = unique('user')) {
    const made = await this.control(
      'POST',
      '/users',
      typeof user === 'string' ? { name: user } : { name: unique('user'), ...user },
    );
    this.users.push(made);
    return made;
  }

  /** Installs an app or a package. @param {Named} app */
  install(app) {
    return this.control('PUT', `/installs/${segment(app)}`);
  }

  /** @param {Named} app */
  uninstall(app) {
    return this.control('DELETE', `/installs/${segment(app)}`);
  }

  /** Changes what the org decided about an app: `{ blocked: true }`. @param {Named} app @param {Json} changes */
  setApp(app, changes) {
    return this.control('PATCH', `/apps/${segment(app)}`, changes);
  }

  /** A token without the dance. @param {Named} user @param {{ app?: Named, scopes?: string[] }} [options] @returns {Promise<Session>} */
  session(user, { app, ...options } = {}) {
    return this.control('POST', '/sessions', { username: nameOf(user), app: app && nameOf(app), ...options });
  }

  /** Creates one record, or all of an array or none. @param {Json | Json[]} records `{ type: 'Account', fields: { Name: 'Acme' } }` @returns {Promise<any>} as many, with their ids */
  newRecords(records) {
    return this.control('POST', '/records', records);
  }

  /** The first 1,000 records. @returns {Promise<Json[]>} */
  async records() {
    return (await this.control('GET', '/records')).records;
  }

  /** The switches that hold, whoever set them. @returns {Promise<Json>} */
  async policies() {
    return (await this.control('GET', '/policies')).effective_policies;
  }

  /** Sets switches; null gives one back to the era. @param {Json} switches */
  async setPolicies(switches) {
    return (await this.control('PATCH', '/policies', switches)).effective_policies;
  }

  /** Plans a fault for requests to this org. @param {Json} plan */
  fault(plan) {
    return this.#mock.fault({ ...plan, match: { ...plan.match, org: this.name } });
  }

  /** @param {JournalFilter} [filter] */
  requests(filter) {
    return this.#mock.requests({ ...filter, org: this.name });
  }

  /** @param {JournalFilter} [filter] */
  refusals(filter) {
    return this.#mock.refusals({ ...filter, org: this.name });
  }

  /** E-mails that Salesforce would have sent. */
  outbox() {
    return this.#mock.outbox({ org: this.name });
  }

  snapshot() {
    return this.#mock.snapshot(this);
  }

  /** Brings the org back to the start. */
  reset() {
    return this.#mock.reset(this);
  }

  remove() {
    return this.control('DELETE', '');
  }
}

/** A server: one that was started here, or one that runs already. */
export class SfMock {
  #child;
  #log;
  #control;

  /** Use `SfMock.start` or `SfMock.connect`. @param {Ready} ready @param {import('node:child_process').ChildProcess} [child] @param {Log} [log] */
  constructor(ready, child, log) {
    this.#child = child;
    this.#log = log;
    /** @type {Ready} */
    this.ready = ready;
    this.#control = new Control(ready.control_url, ready.control_token, () => this.#whyGone());
    this.clock = new Clock(this.#control);
  }

  /**
   * Starts a server on free ports and waits until it answers. It ends with `stop`, and with this process however that ends.
   * @param {StartOptions} [options]
   * @returns {Promise<SfMock>}
   */
  static async start({
    bin,
    world,
    dataDir,
    seed,
    addressing,
    tls,
    controlToken,
    flags = [],
    timeoutMs = 20_000,
  } = {}) {
    const given = {
      '--world': world,
      '--data-dir': dataDir,
      '--seed': seed,
      '--addressing': addressing,
      '--control-token': controlToken,
    };
    const named = Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag, String(value)]));
    const ports = [
      '--port',
      '0',
      '--test-port',
      '0',
      ...(tls ? ['--tls', '--tls-port', '0', '--tls-test-port', '0'] : []),
    ];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForeign(name)));
    const path = program(bin);
    // The server reads the other end of this pipe and stops when this process is gone, even after SIGKILL.
    const child = spawn(path, ['serve', '--ready-json', '--stop-with-stdin', ...ports, ...named, ...flags], {
      env,
      stdio: 'pipe',
    });
    const log = new Log(child.stderr);
    try {
      return new SfMock(await readyLine(child, log, path, timeoutMs), child, log);
    } finally {
      // A test that forgets to stop its server must not keep Node from ending.
      for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
        /** @type {any} */ (handle).unref?.();
      }
    }
  }

  /**
   * A server that runs already; by default the one that `sf-mock exec` put into the environment.
   * @param {{ controlUrl?: string, controlToken?: string }} [options]
   * @returns {Promise<SfMock>}
   */
  static async connect({
    controlUrl = process.env.SF_MOCK_CONTROL_URL,
    controlToken = process.env.SF_MOCK_CONTROL_TOKEN,
  } = {}) {
    if (!controlUrl) {
      throw new Error('no server to connect to: give `controlUrl`, or run the tests under `sf-mock exec -- …`');
    }
    const { env } = process;
    const known = env.SF_MOCK_CONTROL_URL === controlUrl;
    const origin = new URL(controlUrl).origin;
    const ready = {
      login_url: (known && env.SF_MOCK_URL) || origin,
      test_url: (known && env.SF_MOCK_TEST_URL) || origin,
      login_url_tls: null,
      test_url_tls: null,
      control_url: controlUrl,
      control_token: controlToken || null,
      ca_file: (known && env.SF_MOCK_CA_FILE) || null,
      orgs: [],
    };
    const mock = new SfMock(ready);
    const { orgs } = await mock.control('GET', '/orgs');
    ready.orgs = orgs.map(({ name, id, instance_url }) => ({ name, id, instance_url }));
    return mock;
  }

  get loginUrl() {
    return this.ready.login_url;
  }

  get testUrl() {
    return this.ready.test_url;
  }

  get controlUrl() {
    return this.ready.control_url;
  }

  /** Process id of a server that was started here. */
  get pid() {
    return this.#child?.pid;
  }

  /** What the server wrote to standard error so far; its last 64 KiB. */
  get log() {
    return this.#log?.text ?? '';
  }

  /** One call of the control API, for what has no method here. @param {string} method @param {string} path Below `/_mock/v1`. @param {unknown} [body] @returns {Promise<any>} */
  control(method, path, body) {
    return this.#control.call(method, path, body);
  }

  /** An org that exists. @param {string} name */
  async org(name) {
    return new Org(this, await this.control('GET', `/orgs/${segment(name)}`));
  }

  /**
   * A new org, with an administrator `admin` unless users are given. Users are members or names alone; apps are entries or
   * names alone, which are then installed.
   * @param {Json} [org] Members of an org in a world file; the name is made up where it is left out.
   */
  async newOrg({ users = [{ name: 'admin', profile: 'System Administrator' }], apps = [], ...org } = {}) {
    const made = await this.control('POST', '/orgs', {
      name: unique('org'),
      ...org,
      users: users.map((user) => (typeof user === 'string' ? { name: user } : user)),
      apps: apps.map((app) => (typeof app === 'string' ? { app } : app.app ? app : { app: nameOf(app) })),
    });
    return new Org(this, made);
  }

  /**
   * A new app with its key and secret: by default one of another org (`devhub`) that has to be installed before use.
   * @param {Json} [app] Members of an app in a world file.
   */
  newApp(app = {}) {
    const isPackaged = (app.kind ?? 'external_client_app') === 'external_client_app' && { distribution: 'packaged' };
    return this.control('POST', '/apps', { name: unique('app'), org: 'devhub', ...isPackaged, ...app });
  }

  /** Ends a session. @param {string} session Access token or session id. */
  endSession(session) {
    return this.control('DELETE', `/sessions/${segment(session)}`);
  }

  /**
   * Plans a fault: `{ match: { route: 'rest/query' }, action: { status: 503 }, count: 2 }`.
   * @param {Json} plan
   * @returns {Promise<Fault>}
   */
  async fault(plan) {
    return new Fault(this.#control, await this.control('POST', '/faults', plan));
  }

  /** Removes every fault. */
  async removeFaults() {
    const { faults } = await this.control('GET', '/faults');
    await Promise.all(faults.map(({ id }) => this.control('DELETE', `/faults/${id}`)));
  }

  /** The journal: requests that arrived, oldest first. @param {JournalFilter} [filter] @returns {Promise<Json[]>} */
  async requests(filter = {}) {
    return (await this.control('GET', `/requests${query(filter)}`)).requests;
  }

  /** Why requests were refused: rule, reason, and the clicks that mend it. @param {JournalFilter} [filter] @returns {Promise<Json[]>} */
  async refusals(filter = {}) {
    return (await this.control('GET', `/refusals${query(filter)}`)).refusals;
  }

  /**
   * Waits for a request, also for one that came before.
   * @param {(entry: Json) => boolean} isWanted
   * @param {JournalFilter & { timeoutMs?: number }} [filter]
   * @returns {Promise<Json>}
   */
  async waitForRequest(isWanted, { timeoutMs = 5_000, ...filter } = {}) {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const entries = await this.requests(filter);
      const found = entries.find(isWanted);
      if (found) {
        return found;
      }
      if (Date.now() >= end) {
        const seen = entries.map(({ method, path, status }) => `${method} ${path.split('?')[0]} ${status}`).join(', ');
        throw new Error(`no such request within ${timeoutMs} ms; seen: ${seen || 'none'}`);
      }
      await later(20);
    }
  }

  /** E-mails that Salesforce would have sent. @param {{ org?: Named, to?: string, kind?: string }} [filter] @returns {Promise<Json[]>} */
  async outbox(filter = {}) {
    return (await this.control('GET', `/outbox${query(filter)}`)).emails;
  }

  /** A snapshot of everything, or of one org. @param {Named} [org] */
  async snapshot(org) {
    const { id } = await this.control('POST', `/snapshots${query({ org })}`);
    return { id, restore: () => this.control('POST', `/snapshots/${segment(id)}/restore`) };
  }

  /** Back to the start, all or one org. @param {Named} [org] */
  reset(org) {
    return this.control('POST', `/reset${query({ org })}`);
  }

  /** Ends the server, if it was started here, and waits for its end. Safe to call again. */
  async stop() {
    this.#control.close();
    const child = this.#child;
    this.#child = undefined;
    if (!child || hasEnded(child)) {
      return;
    }
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(patience);
  }

  async [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    await this.stop();
  }

  async #whyGone() {
    const child = this.#child;
    if (!child) {
      return '';
    }
    // A connection breaks a little before the end of its process is known.
    for (let wait = 0; !hasEnded(child) && wait < 50; wait += 1) {
      await later(10);
    }
    return hasEnded(child) ? `; the server ended with ${child.signalCode ?? child.exitCode}\n${this.log.trim()}` : '';
  }
}

/** @param {import('node:child_process').ChildProcess} child */
const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** @param {import('node:child_process').ChildProcess} child @param {Log} log @param {string} path @param {number} timeoutMs @returns {Promise<Ready>} */
async function readyLine(child, log, path, timeoutMs) {
  const lines = createInterface({ input: /** @type {any} */ (child.stdout) });
  const line = new Promise((resolve, reject) => {
    lines.once('line', resolve);
    child.once('error', (cause) => reject(new Error(`cannot start ${path}: ${cause.message}`, { cause })));
    // `close` comes after all of standard error was read, so the reason is in the message.
    child.once('close', (code, signal) =>
      reject(new Error(`sf-mock ended with ${signal ?? code} before it was ready\n${log.text.trim()}`)),
    );
  });
  const patience = new AbortController();
  const tooLate = later(timeoutMs, undefined, { signal: patience.signal }).then(() => {
    child.kill('SIGKILL');
    throw new Error(`sf-mock was not ready within ${timeoutMs} ms\n${log.text.trim()}`);
  });
  tooLate.catch(() => {});
  try {
    return JSON.parse(String(await Promise.race([line, tooLate])));
  } finally {
    patience.abort();
  }
}
