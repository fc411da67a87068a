import { expect, test } from 'vitest';
import description from '../../../docs/openapi.json';
import { FakeHost } from '../host/fake';
import { Api, ApiError, type ImageQuery } from './api';
import { generateTypes } from './generate-types';

const ALL_IMAGES: ImageQuery = { q: '', folder: '', order: 'created', direction: 'desc' };

test('the types match docs/openapi.json', async () => {
  await expect(generateTypes(description as never)).toMatchFileSnapshot('schema.ts');
});

test('every request of the client is a route of the API', async () => {
  const host = new FakeHost();
  const api = new Api(host);
  const methods = Object.entries(api).filter(([name, value]) => typeof value === 'function' && name !== 'onSignedOut');
  expect(methods.length).toBeGreaterThan(20);
  for (const [, call] of methods) await call('x', 'x', 1).catch(() => undefined);
  const routes = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, 'x')}(\\?|$)`)),
  );
  for (const [, request] of host.calls) {
    expect(routes.some((route) => route.test(String(request))), String(request)).toBe(true);
  }
});

test('a list request carries exactly the chosen query', async () => {
  const host = new FakeHost();
  await new Api(host).images({ ...ALL_IMAGES, q: 'a&b' }, 2, 50).catch(() => undefined);
  expect(host.calls[0]).toEqual(['fetch', 'GET /api/dashboard/images?q=a%26b&order=created&direction=desc&zone=UTC&page=2&pageSize=50&counted=false']);
});

test('an API error carries the message of the server', async () => {
  const host = new FakeHost();
  const conflict = Response.json({ error: 'There is such a folder already.', code: 'conflict' }, { status: 409 });
  host.server.set('POST /api/dashboard/folders', conflict);
  const apiError = await new Api(host).addFolder('a').catch((error: unknown) => error);
  expect(apiError).toBeInstanceOf(ApiError);
  expect(apiError).toMatchObject({ message: 'There is such a folder already.', code: 'conflict', status: 409 });
});

test('an ended session is reported once', async () => {
  const host = new FakeHost();
  host.server.set('GET /api/dashboard/keys', Response.json({ error: 'Sign in.', code: 'signed_out' }, { status: 401 }));
  const api = new Api(host);
  let signOuts = 0;
  api.onSignedOut = () => (signOuts += 1);
  await api.keys().catch(() => undefined);
  expect(signOuts).toBe(1);
});

test('an unreachable server and a foreign response have their own error codes', async () => {
  const host = new FakeHost();
  const api = new Api(host);
  host.server.set('GET /api/dashboard/keys', new Response('<h1>Bad Gateway</h1>', { status: 502 }));
  expect(await api.keys().catch((error: unknown) => error)).toMatchObject({ code: 'unexpected', status: 502 });
  host.fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await api.keys().catch((error: unknown) => error)).toMatchObject({ code: 'unreachable' });
});
