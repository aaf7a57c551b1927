import assert from 'node:assert/strict';
import { beforeEach, afterEach, mock, test } from 'node:test';
import type { Session } from '@/shared/api/types';
import type { SocketLike } from './line';
import { RESUME_MS, TerminalLink } from './link';
import type { Mode } from './state';

class FakeSocket implements SocketLike {
  sent: (string | Uint8Array)[] = [];
  closed = false;
  onopen: SocketLike['onopen'] = null;
  onmessage: SocketLike['onmessage'] = null;
  onclose: SocketLike['onclose'] = null;
  send = (data: string | Uint8Array) => void this.sent.push(data);
  close = () => {
    this.closed = true;
  };
  say = (message: object) => this.onmessage?.({ data: JSON.stringify(message) });
  output = (text: string) => this.onmessage?.({ data: new TextEncoder().encode(text).buffer });
  drop = (code = 1006) => this.onclose?.({ code, reason: '' });
  get told(): unknown[] {
    return this.sent.filter((each) => typeof each === 'string').map((each) => JSON.parse(each) as unknown);
  }
  get typed(): string {
    return this.sent.filter((each) => typeof each !== 'string').map((each) => new TextDecoder().decode(each)).join('');
  }
}

const session = { id: 's1', viewers: [], endedAt: null } as unknown as Session;
const refusal = (code: string, retry: boolean) => Object.assign(new Error(code), { code, retry });

function stage(mode: Mode = 'control') {
  const sockets: FakeSocket[] = [];
  const drawn: (() => void)[] = [];
  const stage = {
    sockets,
    drawn,
    screen: [] as string[],
    tickets: 0,
    ticketError: null as Error | null,
    now: session,
    sessionError: null as Error | null,
    get socket(): FakeSocket {
      const last = sockets.at(-1);
      assert.ok(last, 'a socket is open');
      return last;
    },
    link: null as unknown as TerminalLink,
    async letIn() {
      await settle();
      this.socket.onopen?.();
      this.socket.say({ type: 'ready', mode, session });
    },
  };
  stage.link = new TerminalLink(session, mode, {
    getTicket: () => {
      stage.tickets += 1;
      return stage.ticketError === null
        ? Promise.resolve({ ticket: { token: `t${stage.tickets}`, expiresAt: '' }, websocketPath: '/api/sessions/s1/attach' })
        : Promise.reject(stage.ticketError);
    },
    readSession: () => (stage.sessionError === null ? Promise.resolve(stage.now) : Promise.reject(stage.sessionError)),
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    explain: (error) => ({ code: (error as { code: string }).code, message: 'why', retry: (error as { retry: boolean }).retry }),
    screen: {
      size: () => ({ cols: 100, rows: 30 }),
      write: (bytes, done) => {
        stage.screen.push(new TextDecoder().decode(bytes));
        drawn.push(done);
      },
      restore: ({ cols, rows }) => void stage.screen.push(`restore ${cols}x${rows}`),
      resized: ({ cols, rows }) => void stage.screen.push(`resized ${cols}x${rows}`),
    },
    random: () => 0.5,
  });
  return stage;
}

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

async function pass(ms: number) {
  for (let left = ms; left > 0; left -= 50) {
    mock.timers.tick(Math.min(50, left));
    await settle();
  }
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_000_000 }));
afterEach(() => mock.timers.reset());

test('attaches with the ticket in the first message, then types and draws', async () => {
  const on = stage();
  on.link.open();
  assert.equal(on.link.state.phase.kind, 'connecting');
  await on.letIn();
  assert.deepEqual(on.socket.told[0], { type: 'attach', ticket: 't1', cols: 100, rows: 30 });
  assert.equal(on.link.state.phase.kind, 'live');
  assert.equal(on.link.send('ls\r'), true);
  assert.equal(on.socket.typed, 'ls\r');
  on.socket.output('file');
  assert.deepEqual(on.screen, ['file']);
});

test('tells what is drawn, not what has arrived', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.output('x'.repeat(70_000));
  await pass(1000);
  assert.equal(on.socket.told.some((each) => (each as { type: string }).type === 'ack'), false);
  on.drawn[0]?.();
  assert.deepEqual(on.socket.told.at(-1), { type: 'ack', bytes: 70_000 });
  on.socket.output('abc');
  on.drawn[1]?.();
  assert.notDeepEqual(on.socket.told.at(-1), { type: 'ack', bytes: 3 });
  await pass(60);
  assert.deepEqual(on.socket.told.at(-1), { type: 'ack', bytes: 3 });
});

test('what is drawn late for an old line is not told to the new one', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.output('x'.repeat(70_000));
  on.socket.drop();
  await pass(300);
  await on.letIn();
  on.drawn[0]?.();
  await pass(100);
  assert.equal(on.socket.told.some((each) => (each as { type: string }).type === 'ack'), false);
});

test('a lost line refuses input in sight, comes back with a new ticket and restores the screen', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.drop();
  assert.equal(on.link.state.phase.kind, 'lost');
  assert.equal(on.link.send('rm'), false);
  assert.equal(on.link.state.refusals, 1);
  on.ticketError = refusal('offline', true);
  await pass(10_000);
  assert.equal(on.link.state.phase.kind, 'lost');
  assert.ok(on.tickets > 3, 'tries again and again');
  on.ticketError = null;
  await pass(6_000);
  await on.letIn();
  on.socket.say({ type: 'restore', cols: 120, rows: 40 });
  assert.equal(on.link.state.phase.kind, 'live');
  assert.deepEqual(on.screen, ['restore 120x40']);
  assert.equal(on.link.send('ls'), true);
  assert.equal(on.socket.typed, 'ls');
});

test('keys sent just before the break are named as unsure', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  await pass(10);
  on.link.send('halt\r');
  on.socket.drop();
  assert.equal(on.link.state.unsure, true);
  const calm = stage();
  calm.link.open();
  await calm.letIn();
  await pass(10);
  calm.link.send('ls\r');
  await pass(10);
  calm.socket.output('ls');
  calm.socket.drop();
  assert.equal(calm.link.state.unsure, false);
});

test('a line that does not answer is given up before the browser notices', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  const first = on.socket;
  await pass(5_000);
  first.say({ type: 'pong' });
  for (let beat = 0; beat < 4; beat += 1) await pass(5_000);
  assert.equal(first.closed, true);
  assert.notEqual(on.link.state.phase.kind, 'live');
});

test('a gateway that takes the connection and says nothing is tried again', async () => {
  const on = stage();
  on.link.open();
  await settle();
  on.socket.onopen?.();
  await pass(12_000);
  assert.equal(on.link.state.phase.kind, 'lost');
});

test('after sixty seconds it is over, with the reason that the session tells', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.drop();
  on.ticketError = refusal('offline', true);
  on.now = { ...session, endedAt: 'then', endCode: 'owner_gone', endMessage: 'Did not come back.' };
  for (let second = 0; second < RESUME_MS / 1000 + 6; second += 1) await pass(1000);
  assert.deepEqual(on.link.state.phase, { kind: 'over', code: 'owner_gone', message: 'Did not come back.' });
  const tickets = on.tickets;
  await pass(60_000);
  assert.equal(on.tickets, tickets, 'and rests');
});

test('with nobody to ask after sixty seconds it says so and rests', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.drop();
  on.ticketError = refusal('offline', true);
  on.sessionError = refusal('offline', true);
  for (let second = 0; second < RESUME_MS / 1000 + 6; second += 1) await pass(1000);
  assert.equal(on.link.state.phase.kind, 'refused');
});

test('at44_an_end_is_shown_with_its_reason_and_input_is_dead', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.say({ type: 'frozen', code: 'grant_revoked', message: 'Revoked by Ada.' });
  assert.equal(on.link.send('x'), false);
  on.socket.say({ type: 'ended', code: 'grant_revoked', message: 'Revoked by Ada.' });
  assert.deepEqual(on.link.state.phase, { kind: 'over', code: 'grant_revoked', message: 'Revoked by Ada.' });
  assert.equal(on.socket.closed, true);
  assert.equal(on.link.send('x'), false);
});

test('nobody looks on any more when it is over', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.say({ type: 'presence', viewers: [{ userId: 'u2', name: 'Maren' }], owner: { userId: 'u1', name: 'Ada', connected: true } });
  assert.equal(on.link.state.viewers.length, 1);
  on.socket.say({ type: 'ended', code: 'ended_by_admin', message: 'Ended by Maren' });
  assert.deepEqual(on.link.state.viewers, []);
});

test('a thaw gives the keys back', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.say({ type: 'frozen', code: 'authority_lost', message: 'Asking.' });
  on.socket.say({ type: 'thawed' });
  assert.equal(on.link.send('x'), true);
});

test('an end that was missed is learnt from the session', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.now = { ...session, endedAt: 'then', endCode: 'ended_by_admin', endMessage: 'Ended by Ada' };
  on.ticketError = refusal('session_over', false);
  on.socket.drop();
  await pass(400);
  assert.deepEqual(on.link.state.phase, { kind: 'over', code: 'ended_by_admin', message: 'Ended by Ada' });
});

test('another tab takes over, and this one takes it back', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.drop(4409);
  assert.equal(on.link.state.phase.kind, 'elsewhere');
  await pass(30_000);
  assert.equal(on.sockets.length, 1, 'the two do not fight');
  on.link.open();
  await on.letIn();
  assert.equal(on.link.state.phase.kind, 'live');
});

test('an idle warning goes when something is typed', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.say({ type: 'warning', code: 'idle_timeout', message: 'Soon.', inSeconds: 60 });
  assert.equal(on.link.state.warning?.at, Date.now() + 60_000);
  on.link.send(' ');
  assert.equal(on.link.state.warning, null);
});

test('a watcher sends neither keys nor sizes', async () => {
  const on = stage('watch');
  on.link.open();
  await on.letIn();
  on.link.resize({ cols: 10, rows: 10 });
  assert.equal(on.link.send('x'), false);
  assert.equal(on.socket.sent.length, 1);
  assert.equal(on.link.state.refusals, 0);
});

test('what the server says and this page does not know is left out', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  on.socket.say({ type: 'dance' });
  on.socket.say({ type: 'resized', cols: 'many', rows: 1 });
  on.socket.onmessage?.({ data: '{"type":' });
  on.socket.onmessage?.({ data: 'null' });
  assert.equal(on.link.state.phase.kind, 'live');
  assert.deepEqual(on.screen, []);
});

test('a paste of any size goes in frames that the gateway takes', async () => {
  const on = stage();
  on.link.open();
  await on.letIn();
  const text = 'ä'.repeat(100_000);
  on.link.send(text);
  const frames = on.socket.sent.filter((each) => typeof each !== 'string');
  assert.ok(frames.every((each) => each.length <= 65_536));
  assert.equal(new TextDecoder().decode(Buffer.concat(frames)), text);
});

test('nothing happens after it was closed', async () => {
  const on = stage();
  on.link.open();
  on.link.close();
  await pass(60_000);
  assert.equal(on.sockets.length, 0);
});
