import { expect, test } from 'vitest';
import { Refusal } from '../../api/api';
import { together } from './together';

test('what does not work for one picture is done for the others, and said once', async () => {
  const outcome = await together([1, 2, 3, 4, 5, 6], async (one) => {
    if (one % 2 === 0) throw new Refusal('forbidden', `Not ${one}.`, 403);
  });
  expect(outcome).toEqual({ done: [1, 3, 5], failed: 3, why: 'Not 2.' });
});

test('no more than four are asked for at once', async () => {
  let [now, most] = [0, 0];
  await together(Array.from({ length: 20 }, (_, at) => at), async () => {
    most = Math.max(most, (now += 1));
    await Promise.resolve();
    now -= 1;
  });
  expect(most).toBe(4);
});
