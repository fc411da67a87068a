import { expect, test } from 'vitest';
import { Api } from '../../api/api';
import { FakeHost } from '../../host/fake';
import { imageOf } from '../../host/fake-server';
import { changeInBatches } from './bulk';

test('more than a thousand images are changed in batches, and missing ones are not counted', async () => {
  const host = new FakeHost();
  host.server.set('POST /api/dashboard/images/bulk', { done: 700, gone: [] });
  const images = Array.from({ length: 1_500 }, (_, at) => imageOf(`${at}`));
  expect(await changeInBatches(new Api(host), images, { do: 'move', folder: null })).toBe(1_400);
  const lots = host.calls.map(([, , body]) => body as { ids: string[]; do: string; folder: null });
  expect(lots.map(({ ids }) => ids.length)).toEqual([1_000, 500]);
  expect(lots[1]).toMatchObject({ do: 'move', folder: null });
});
