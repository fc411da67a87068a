// Does the same with many pictures, as many at a time as the server takes.
import type { Api } from '../../api/api';
import type { Image, Selection } from '../../api/schema';

export type What = Omit<Selection, 'ids'>;

const AT_ONCE = 1_000;

/** How many it was done for; the others are not there any more. @throws {Refusal} */
export async function together(api: Api, images: readonly Image[], what: What): Promise<number> {
  let done = 0;
  for (let from = 0; from < images.length; from += AT_ONCE) {
    const ids = images.slice(from, from + AT_ONCE).map(({ id }) => id);
    done += (await api.changeImages({ ids, ...what })).done;
  }
  return done;
}
