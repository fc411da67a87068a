// Starts the real server program in a temporary folder.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const program = process.env.VITRINE ?? join(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug/vitrine');

export const PASSWORD = 'Correct horse 1';

/**
 * Starts a server with an administrator `owner` who has a password. `host` is the host name that its pages are
 * requested at.
 */
export async function startServer({ ip = '127.0.0.1', host = ip, accounts = [], set = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'vitrine-browser-'));
  const env = { ...process.env, VITRINE_DATA: folder };
  const run = (args, input) => {
    const ran = spawnSync(program, args, { env, input, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${ran.error ?? ran.stderr}`);
    return ran.stdout;
  };
  run(['account', 'password', 'owner', '--password-stdin'], PASSWORD);
  for (const name of accounts) run(['account', 'add', name, '--password-stdin'], PASSWORD);

  const port = await freePort(ip);
  const base = `http://${host}:${port}`;
  // A local server only accepts its own host names, so any other name is configured.
  const named = host === ip ? [] : ['--public-url', base];
  const server = spawn(program, ['serve', '--listen', `${ip}:${port}`, ...named, ...set.flatMap((pair) => ['--set', pair])], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  server.stderr.on('data', (text) => said.push(text));
  await new Promise((listening, failed) => {
    server.stdout.on('data', (text) => String(text).includes('listening on') && listening());
    server.once('exit', (code) => failed(new Error(`The server ended with ${code}: ${said.join('')}`)));
  });
  return {
    base,
    folder,
    run,
    async stop() {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(ip) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, ip, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
