// The Node kit, tried against a server. SF_MOCK_BIN names the program.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';

import { SfMock, SfMockError } from '../sf_mock.mjs';

const run = promisify(execFile);
const KIT = join(import.meta.dirname, '../sf_mock.mjs');

/** @type {SfMock} */
let mock;
before(async () => (mock = await SfMock.start({ seed: 7 })));
after(() => mock?.stop());

/** Status and body of a query with a session's token. */
async function select(session, soql) {
  const url = `${session.instance_url}/services/data/v67.0/query?q=${encodeURIComponent(soql)}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${session.access_token}` } });
  return { status: answer.status, body: await answer.json() };
}

async function refresh(app, session) {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: session.refresh_token,
    client_id: app.consumer_key,
    client_secret: app.consumer_secret,
  });
  const answer = await fetch(`${session.instance_url}/services/oauth2/token`, { method: 'POST', body });
  return { status: answer.status, body: await answer.json() };
}

/** An org with the user `ada`, who has connected an installed app. */
async function connected() {
  const app = await mock.newApp();
  const org = await mock.newOrg({ users: ['ada'], apps: [app] });
  return { app, org, session: await org.session('ada', { app }) };
}

suite('orgs', () => {
  test('a new org has its users, apps and records', async () => {
    const org = await mock.newOrg({
      users: ['ada', { name: 'bob', profile: 'System Administrator' }],
      apps: ['installed'],
      records: [{ type: 'Account', fields: { Name: 'Acme' } }],
    });
    assert.deepEqual(org.users.map(({ name }) => name).sort(), ['ada', 'bob']);
    const { status, body } = await select(await org.session('bob'), 'SELECT Name FROM Account');
    assert.deepEqual([status, body.records[0].Name], [200, 'Acme']);
    assert.equal((await org.control('GET', '/apps/installed')).presence, 'installed');
  });

  test('a user made later can log in', async () => {
    const org = await mock.newOrg();
    const user = await org.newUser({ profile: 'System Administrator' });
    assert.ok(user.password);
    assert.equal((await select(await org.session(user), 'SELECT Id FROM Account')).status, 200);
    assert.equal((await org.user(user)).username, user.username);
  });

  test('records are made one by one or many at once, and found again', async () => {
    const org = await mock.newOrg();
    const one = await org.newRecords({ type: 'Account', fields: { Name: 'One' } });
    const [two, three] = await org.newRecords([
      { type: 'Account', fields: { Name: 'Two' } },
      { type: 'Account', fields: { Name: 'Three' } },
    ]);
    assert.deepEqual(
      (await org.records()).map(({ id }) => id),
      [one.id, two.id, three.id],
    );
  });

  test('policies are set, and given back to the era', async () => {
    const org = await mock.newOrg();
    assert.equal((await org.setPolicies({ require_pkce: true })).require_pkce, true);
    await org.setPolicies({ require_pkce: null });
    assert.equal((await org.policies()).require_pkce, false);
  });

  test('a removed org is gone', async () => {
    const org = await mock.newOrg();
    await org.remove();
    await assert.rejects(mock.org(org.name), { name: 'SfMockError', status: 404 });
  });
});

suite('apps and sessions', () => {
  test('an app works where it is installed and no longer where it is uninstalled', async () => {
    const { app, org, session } = await connected();
    assert.equal((await refresh(app, session)).status, 200);
    await org.uninstall(app);
    assert.equal((await refresh(app, session)).status, 400);
    await org.install(app);
    assert.equal((await refresh(app, await org.session('ada', { app }))).status, 200);
  });

  test('a blocked app is refused', async () => {
    const { app, org, session } = await connected();
    await org.setApp(app, { blocked: true });
    assert.equal((await refresh(app, session)).status, 400);
    assert.ok((await org.refusals()).length > 0);
  });

  test('an ended session is over', async () => {
    const { session } = await connected();
    assert.equal((await select(session, 'SELECT Id FROM User')).status, 200);
    await mock.endSession(session.access_token);
    assert.equal((await select(session, 'SELECT Id FROM User')).status, 401);
  });
});

test('sessions end when the clock passes them', async () => {
  const { session } = await connected();
  const began = await mock.clock.freeze();
  assert.deepEqual(await mock.clock.now(), began);
  assert.deepEqual(await mock.clock.advance(90), new Date(began.getTime() + 90_000));
  await mock.clock.advance('P2D');
  assert.equal((await select(session, 'SELECT Id FROM User')).status, 401);
  const set = new Date('2027-03-01T12:00:00.000Z');
  assert.deepEqual(await mock.clock.set(set), set);
  await mock.clock.unfreeze();
  const now = await mock.clock.reset();
  assert.ok(Math.abs(now.getTime() - Date.now()) < 60_000);
});

suite('faults', () => {
  test('a fault meets as many requests of its org as it says', async () => {
    const { org, session } = await connected();
    const other = await connected();
    const fault = await org.fault({ match: { route: 'rest/query' }, action: { status: 503 }, count: 2 });
    const statuses = [];
    for (const one of [session, other.session, session, session]) {
      statuses.push((await select(one, 'SELECT Id FROM User')).status);
    }
    assert.deepEqual(statuses, [503, 200, 503, 200]);
    assert.equal((await fault.state()).applied, 2);
  });

  test('a held request waits until it is released', async () => {
    const { org, session } = await connected();
    const fault = await org.fault({ match: { route: 'rest/query' }, action: { hold: true } });
    const answer = select(session, 'SELECT Id FROM User');
    await fault.waitUntilHeld();
    assert.equal(await fault.release(), 1);
    assert.equal((await answer).status, 200);
  });

  test('a fault that holds nothing is not waited for beyond the time given', async () => {
    const { org } = await connected();
    const fault = await org.fault({ match: { route: 'rest/query' }, action: { hold: true } });
    await assert.rejects(fault.waitUntilHeld({ timeoutMs: 30 }), /held no request within 30 ms/);
  });

  test('a removed fault meets nothing', async () => {
    const { org, session } = await connected();
    const fault = await org.fault({ action: { status: 500 }, count: null });
    assert.equal((await select(session, 'SELECT Id FROM User')).status, 500);
    await fault.remove();
    assert.equal(await fault.state(), undefined);
    assert.equal((await select(session, 'SELECT Id FROM User')).status, 200);
  });
});

suite('what happened', () => {
  test('the journal shows what an org was asked', async () => {
    const { org, session } = await connected();
    await select(session, 'SELECT Id FROM User');
    const entry = await mock.waitForRequest(({ route }) => route === 'rest/query', { org: org.name });
    assert.deepEqual([entry.method, entry.status], ['GET', 200]);
    const later = await org.requests({ since: entry.seq });
    assert.deepEqual(later, []);
  });

  test('a request that never comes is missed with the list of those that did', async () => {
    const { org, session } = await connected();
    await select(session, 'SELECT Id FROM User');
    await assert.rejects(
      mock.waitForRequest(() => false, { org: org.name, timeoutMs: 30 }),
      /no such request within 30 ms; seen: .*\/query 200/,
    );
  });

  test('the outbox holds the e-mails of one org', async () => {
    const org = await mock.newOrg({ users: ['ada'] });
    await org.control('POST', '/users/ada/password-reset', {});
    const [mail, ...others] = await org.outbox();
    assert.deepEqual([mail.kind, others.length], ['password_reset', 0]);
    assert.deepEqual(await mock.outbox({ org, kind: 'verification_code' }), []);
  });
});

suite('going back', () => {
  test('a restored snapshot of an org has its records again and leaves others alone', async () => {
    const org = await mock.newOrg({ records: [{ type: 'Account', fields: { Name: 'Acme' } }] });
    const other = await mock.newOrg();
    const snapshot = await org.snapshot();
    await org.newRecords({ type: 'Account', fields: { Name: 'Blue' } });
    await other.newRecords({ type: 'Account', fields: { Name: 'Red' } });
    await snapshot.restore();
    assert.deepEqual([(await org.records()).length, (await other.records()).length], [1, 1]);
  });

  test('a reset brings the built-in world back', async () => {
    const own = await SfMock.start();
    try {
      const org = await own.newOrg();
      await own.reset();
      await assert.rejects(own.org(org.name), { status: 404 });
      assert.equal((await own.org('acme')).name, 'acme');
    } finally {
      await own.stop();
    }
  });
});

suite('refusals of the control API', () => {
  const check = (name, call, expected) =>
    test(name, () =>
      assert.rejects(call, (error) => {
        assert.ok(error instanceof SfMockError, error);
        assert.deepEqual([error.status, error.field], expected);
        assert.ok(expected[1] === undefined || error.message.includes(expected[1]), error.message);
        return true;
      }),
    );
  check('a wrong name is named', () => mock.newOrg({ name: 'no good' }), [400, 'name']);
  check('a name that is taken is a conflict', () => mock.newOrg({ name: 'acme' }), [409, 'name']);
  check('a field deep inside is named', () => mock.newOrg({ users: ['ada', { name: 'bob', profile: 'Nobody' }] }), [
    400,
    'users[1].profile',
  ]);
  check('a duration that is none is named', () => mock.clock.advance('soon'), [400, 'advance']);
  check(
    'a route that does not exist is named',
    () => mock.fault({ match: { route: 'rest/nothing' }, action: { status: 500 } }),
    [400, 'match.route'],
  );
  check('an org that does not exist is no field', () => mock.org('nowhere'), [404, undefined]);
});

suite('starting and ending', () => {
  test('a server with a token is driven with it, and by nobody else', async () => {
    const own = await SfMock.start({ controlToken: 'open sesame', tls: true, addressing: 'names' });
    try {
      assert.equal((await own.org('acme')).instanceUrl, `http://acme.my.localhost:${new URL(own.loginUrl).port}`);
      assert.match(String(own.ready.login_url_tls), /^https:/);
      const stranger = SfMock.connect({ controlUrl: own.controlUrl, controlToken: 'guess' });
      await assert.rejects(stranger, { name: 'SfMockError', status: 401 });
      const friend = await SfMock.connect({ controlUrl: own.controlUrl, controlToken: 'open sesame' });
      assert.equal((await friend.org('acme')).id, (await own.org('acme')).id);
      await friend.stop();
      assert.ok(await own.clock.now(), 'a server that was only connected to goes on');
    } finally {
      await own.stop();
    }
  });

  test('variables that are meant for other servers do not reach this one', async () => {
    process.env.SF_MOCK_WORLD = '/nowhere.yaml';
    try {
      await (await SfMock.start()).stop();
    } finally {
      delete process.env.SF_MOCK_WORLD;
    }
  });

  test('a server that does not start says why', async () => {
    await assert.rejects(SfMock.start({ world: '/nowhere.yaml' }), /ended with 2 before it was ready\n.*nowhere\.yaml/);
    await assert.rejects(SfMock.start({ bin: '/no/such/program' }), /cannot start \/no\/such\/program/);
  });

  test('a server that never gets ready is given up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sf-mock-kit-'));
    const mute = join(folder, 'mute');
    await writeFile(mute, '#!/bin/sh\necho thinking >&2\nexec sleep 60\n');
    await chmod(mute, 0o755);
    await assert.rejects(SfMock.start({ bin: mute, timeoutMs: 300 }), /was not ready within 300 ms\nthinking/);
    await rm(folder, { recursive: true });
  });

  test('the program is found on the PATH, and missed with all the ways to name it', async () => {
    const script = `import { SfMock } from ${JSON.stringify(KIT)}; await (await SfMock.start()).stop(); console.log('stopped')`;
    const start = (PATH) => run(process.execPath, ['--input-type=module', '-e', script], { env: { PATH } });
    assert.equal((await start(dirname(String(process.env.SF_MOCK_BIN)))).stdout, 'stopped\n');
    await assert.rejects(start('/nowhere'), /give its path as `bin`, name it in SF_MOCK_BIN, or put it on the PATH/);
  });

  test('a call after the server has died says how it ended', async () => {
    const own = await SfMock.start();
    process.kill(Number(own.pid), 'SIGKILL');
    await assert.rejects(async () => {
      for (;;) await own.clock.now();
    }, /no answer from http.*; the server ended with SIGKILL/s);
    await own.stop();
  });

  /** Starts a server in a Node of its own, ends that Node as `how` says, and waits until the server does not answer any more. */
  const outlived = async (ending, signal) => {
    const script = `import { SfMock } from ${JSON.stringify(KIT)}; console.log((await SfMock.start()).controlUrl); ${ending}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await Promise.all([
      new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text).trim()))),
      ...(signal ? [] : [new Promise((resolve) => child.once('exit', resolve))]),
    ]);
    if (signal) child.kill(signal);
    const answers = () =>
      fetch(`${line}/clock`).then(
        () => true,
        () => false,
      );
    const end = Date.now() + 10_000;
    while (await answers()) {
      assert.ok(Date.now() < end, 'the server is still there');
    }
  };
  test('a server that nobody stopped ends with a test that ends', () => outlived(''));
  test('a server ends with a test runner that is killed', () => outlived('setInterval(() => {}, 1000)', 'SIGKILL'));
});
