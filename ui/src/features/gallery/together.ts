// Does the same with many pictures, a few at a time, and tells which it did not work for.
import { wordsOf } from '../../visit.svelte';

const AT_ONCE = 4;

export type Outcome<T> = { done: T[]; failed: number; why: string | null };

export async function together<T>(all: readonly T[], something: (one: T) => Promise<unknown>): Promise<Outcome<T>> {
  const left = [...all];
  const outcome: Outcome<T> = { done: [], failed: 0, why: null };
  const work = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) {
      try {
        await something(one);
        outcome.done.push(one);
      } catch (error) {
        outcome.failed += 1;
        outcome.why ??= wordsOf(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return outcome;
}
