// Pictures that were deleted a moment ago: for as long as one may think better of it, the server has not been told.
import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../api/api';
import type { ToastStore } from '../toasts/toasts.svelte';
import { t } from '../../messages/messages';

/** How long that is. A toast that is looked at stays longer, and so do they. */
const UNDO_WINDOW = 10_000;
/** What a page that is being left can still send is 64 kB, and an id takes 39 of them. */
export const MAX_UNDOABLE = 1_000;

export class UndoableDelete {
  /** They are shown no more. */
  readonly ids = new SvelteSet<string>();
  /** Grows when the server has deleted some. */
  revision = $state(0);
  /** Those that can still come back; one lot at a time. */
  private pendingIds: string[] = [];

  constructor(
    private readonly api: Api,
    private readonly toasts: ToastStore,
    /** Says that it did not work. */
    private readonly reportError: (error: unknown) => void,
  ) {}

  /** At most as many as can be undone. */
  delete(ids: string[]): void {
    // Whoever was deleted before them cannot come back any more: their toast makes room for this one.
    this.toasts.show({ code: 'deleted', fields: { count: ids.length } }, 'url', {
      text: t('row.undo'),
      accept: () => this.undo(),
      expire: () => void this.commit(),
      for: UNDO_WINDOW,
    });
    this.pendingIds = ids;
    for (const id of ids) this.ids.add(id);
  }

  /** Deletes those that wait, now. `last`: the page is being left, so nobody hears the answer. */
  async commit(last = false): Promise<void> {
    const ids = this.pendingIds;
    if (ids.length === 0) return;
    this.pendingIds = [];
    try {
      await this.api.changeImages({ ids, do: 'delete' }, last);
      // Those that are gone stay out of sight, since lists that were read before still have them.
      this.revision += 1;
    } catch (error) {
      for (const id of ids) this.ids.delete(id);
      this.reportError(error);
    }
  }

  private undo(): void {
    for (const id of this.pendingIds) this.ids.delete(id);
    this.pendingIds = [];
  }
}
