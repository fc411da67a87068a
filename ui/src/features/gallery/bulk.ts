// Changes many images in batches of the size that the server accepts.
import type { Api } from '../../api/api';
import type { Image, Selection } from '../../api/schema';

export type BulkChange = Omit<Selection, 'ids'>;

const BATCH_SIZE = 1_000;

/** The number of changed images; the others no longer exist. @throws {ApiError} */
export async function changeInBatches(api: Api, images: readonly Image[], change: BulkChange): Promise<number> {
  let done = 0;
  for (let from = 0; from < images.length; from += BATCH_SIZE) {
    const ids = images.slice(from, from + BATCH_SIZE).map(({ id }) => id);
    done += (await api.changeImages({ ids, ...change })).done;
  }
  return done;
}
