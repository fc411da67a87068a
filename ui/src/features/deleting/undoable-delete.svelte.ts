// Delete with undo: images are hidden immediately and deleted on the server when the undo time is over.
import { SvelteSet } from 'svelte/reactivity';
import type { Api } from '../../api/api';
import type { ToastStore } from '../toasts/toasts.svelte';
import { t } from '../../messages/messages';

/** The undo time in milliseconds. It pauses while the pointer is on the toast. */
const UNDO_WINDOW = 10_000;
/** A request sent while the page unloads may have 64 kB, and an id takes 39 bytes. */
export const MAX_UNDOABLE = 1_000;

export class UndoableDelete {
  /** Hidden from all lists. */
  readonly ids = new SvelteSet<string>();
  /** Incremented when images were deleted on the server. */
  revision = $state(0);
  /** The images that can still be restored; one batch at a time. */
  private pendingIds: string[] = [];

  constructor(
    private readonly api: Api,
    private readonly toasts: ToastStore,
    /** Reports that deleting failed. */
    private readonly reportError: (error: unknown) => void,
  ) {}

  /** Up to `MAX_UNDOABLE` ids. */
  delete(ids: string[]): void {
    // The new toast replaces the previous one, which commits the previous batch.
    this.toasts.show({ code: 'deleted', fields: { count: ids.length } }, 'url', {
      text: t('row.undo'),
      accept: () => this.undo(),
      expire: () => void this.commit(),
      for: UNDO_WINDOW,
    });
    this.pendingIds = ids;
    for (const id of ids) this.ids.add(id);
  }

  /** Deletes the pending images now. `last`: the page is unloading and no response will be read. */
  async commit(last = false): Promise<void> {
    const ids = this.pendingIds;
    if (ids.length === 0) return;
    this.pendingIds = [];
    try {
      await this.api.changeImages({ ids, do: 'delete' }, last);
      // Deleted ids stay hidden, since lists loaded earlier still contain them.
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
