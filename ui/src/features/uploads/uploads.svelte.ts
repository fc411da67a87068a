// The list of uploads: updated by events, older rows loaded on demand, with one current row for the keyboard.
import type { CopySettings, Desktop, Link, Progress, Row } from '../../host/host';
import type { ToastStore } from '../toasts/toasts.svelte';

const PAGE = 50;
/** The most rows that the host returns at once. */
const MAX_ROWS = 500;
const COPIED_DURATION = 1_800;

export class Uploads {
  /** Newest first. Replaced, never mutated: hundreds of rows may change many times per second. */
  rows = $state.raw<Row[]>([]);
  /** `loading` until the first rows arrived: show neither a list nor an empty state. */
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  fetchingMore = $state(false);
  /** The link whose copy button is confirmed. */
  copiedLink = $state<{ id: number; label: string } | null>(null);
  /** The search text; empty while all rows are shown. */
  searchText = $state('');
  /** The row in the detail sheet. */
  openRowId = $state<number | null>(null);
  /** The rows that match the search. */
  readonly visibleRows = $derived(this.searchText.trim() === '' ? this.rows : this.rows.filter((row) => matches(row.name, this.searchText)));
  private focusedId = $state<number | null>(null);
  /** Derived once for all rows, each of which compares itself with it. */
  private readonly currentId = $derived(
    this.visibleRows.some((row) => row.id === this.focusedId) ? this.focusedId : (this.visibleRows[0]?.id ?? null),
  );
  private complete = false;
  /** Rows updated by events since the last reload began. */
  private updatedIds = new Set<number>();
  private generation = 0;
  /** Removed rows, so that a page loaded at the same time does not bring them back. */
  private forgottenIds = new Set<number>();
  private copiedTimer: ReturnType<typeof setTimeout> | undefined;
  /** The alternative text being saved. */
  private altTextSave: Promise<unknown> | null = null;

  constructor(
    private readonly host: Desktop,
    private readonly toasts: ToastStore,
  ) {}

  /** The row for the keyboard: the one last focused, else the newest. */
  get current(): number | null {
    return this.currentId;
  }

  set current(id: number | null) {
    this.focusedId = id;
  }

  /** Loads the first page. Call it after subscribing to events. */
  async load(): Promise<void> {
    try {
      await this.fetchPage(null);
      this.phase = 'ready';
    } catch {
      this.phase = 'failed';
    }
  }

  /** Reloads the loaded rows after events may have been missed. */
  async reload(): Promise<void> {
    if (this.phase === 'loading') return;
    const updatedIds = (this.updatedIds = new Set());
    const generation = ++this.generation;
    try {
      const page = await this.host.rows({ limit: Math.max(PAGE, Math.min(this.rows.length, MAX_ROWS)), before: null });
      // A later reload has newer data.
      if (generation !== this.generation) return;
      const inPage = new Set(page.map((row) => row.id));
      const oldest = page.at(-1)?.id ?? 0;
      // Rows updated by events are newer than the page; rows older than the page were not requested.
      this.rows = this.rows.filter((row) => inPage.has(row.id) || updatedIds.has(row.id) || row.id < oldest);
      this.mergeRows(page.filter((row) => !updatedIds.has(row.id) && !this.forgottenIds.has(row.id)));
      this.phase = 'ready';
    } catch {
      this.toasts.show({ code: 'request_failed', fields: {} });
    }
  }

  /** Loads the next page of older rows, one request at a time, until all are loaded. */
  async loadMore(): Promise<void> {
    if (this.complete || this.fetchingMore || this.phase !== 'ready') return;
    this.fetchingMore = true;
    try {
      await this.fetchPage(this.rows.at(-1)?.id ?? null);
    } catch {
      this.toasts.show({ code: 'request_failed', fields: {} });
    } finally {
      this.fetchingMore = false;
    }
  }

  /** Filters rows by name and loads all older ones, so that no match is missed. */
  async search(text: string): Promise<void> {
    this.searchText = text;
    while (this.searchText !== '' && !this.complete) {
      const countBefore = this.rows.length;
      await this.loadMore();
      // Another request is running, or it failed.
      if (this.rows.length === countBefore) return;
    }
  }

  private async fetchPage(before: number | null): Promise<void> {
    const page = await this.host.rows({ limit: PAGE, before });
    this.complete = page.length < PAGE;
    // Rows updated by events are newer than the page.
    const loadedIds = new Set(this.rows.map((row) => row.id));
    this.mergeRows(page.filter((row) => !loadedIds.has(row.id) && !this.forgottenIds.has(row.id)));
  }

  applyRows(rows: Row[]): void {
    for (const row of rows) this.updatedIds.add(row.id);
    this.mergeRows(rows);
  }

  /** Replaces known rows and inserts new ones by id. */
  private mergeRows(rows: Row[]): void {
    const updates = new Map(rows.map((row) => [row.id, row]));
    const merged = this.rows.map((row) => updates.get(row.id) ?? row);
    for (const row of merged) updates.delete(row.id);
    this.rows = updates.size === 0 ? merged : [...merged, ...updates.values()].sort((a, b) => b.id - a.id);
  }

  /** Late progress must not reopen a finished row. */
  applyProgress({ id, sent, total }: Progress): void {
    const row = this.rows.find((other) => other.id === id);
    this.updatedIds.add(id);
    if (row && (row.state.is === 'queued' || row.state.is === 'sending')) {
      this.mergeRows([{ ...row, state: { is: 'sending', sent, total } }]);
    }
  }

  removeForgotten(id: number): void {
    this.forgottenIds.add(id);
    const index = this.rows.findIndex((row) => row.id === id);
    if (index < 0) return;
    if (this.focusedId === id) this.focusedId = (this.rows[index + 1] ?? this.rows[index - 1])?.id ?? null;
    if (this.openRowId === id) this.openRowId = null;
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  /** Moves the current row by `by` and returns its id. */
  step(by: number): number | null {
    const index = this.visibleRows.findIndex((row) => row.id === this.current);
    const next = this.visibleRows[Math.min(Math.max(index + by, 0), this.visibleRows.length - 1)];
    if (next) this.focusedId = next.id;
    return this.current;
  }

  /** In the format of the copy settings, or in `how`. */
  async copy(row: Row, label: string, how?: CopySettings['how']): Promise<void> {
    if (linksOf(row).length === 0) return;
    // The click that copies also blurs the text field, and the link must contain its text.
    if (this.altTextSave) await this.altTextSave;
    const copied = await this.request(this.host.copy(row.id, label, how));
    // The host has shown a notice.
    if (copied !== true) return;
    this.copiedLink = { id: row.id, label };
    clearTimeout(this.copiedTimer);
    this.copiedTimer = setTimeout(() => (this.copiedLink = null), COPIED_DURATION);
  }

  /** Sets the alternative text used in links from now on. */
  async setAlt(row: Row, text: string): Promise<void> {
    const altTextSave = this.request(this.host.setAlt(row.id, text));
    this.altTextSave = altTextSave;
    await altTextSave;
    if (this.altTextSave === altTextSave) this.altTextSave = null;
  }

  /** Shows the file in the system's file manager. */
  async showFile(row: Row): Promise<void> {
    await this.request(this.host.showFile(row.id));
  }

  /** The modules of a QR code for a link. */
  async code(row: Row, label: string): Promise<string[] | null> {
    return (await this.request(this.host.qr(row.id, label)))?.squares ?? null;
  }

  async retry(row: Row): Promise<void> {
    if (row.state.is === 'offline' || (row.state.is === 'failed' && row.state.retry)) await this.request(this.host.retry(row.id));
  }

  async forget(row: Row): Promise<void> {
    await this.request(this.host.forget(row.id));
  }

  async hold(row: Row): Promise<void> {
    await this.request(this.host.hold(row.id));
  }

  async release(row: Row): Promise<void> {
    await this.request(this.host.release(row.id));
  }

  async cancel(row: Row): Promise<void> {
    await this.request(this.host.cancel(row.id));
  }

  async uploadAgain(row: Row): Promise<void> {
    await this.request(this.host.uploadAgain(row.id));
  }

  async sendSmaller(row: Row): Promise<void> {
    await this.request(this.host.sendSmaller(row.id));
  }

  /** Deletes from the server after a delay in which `undoDelete` works. */
  async delete(row: Row): Promise<void> {
    await this.request(this.host.delete(row.id));
  }

  /** Deletes from the server with undo where possible, else removes the row. */
  async remove(row: Row): Promise<void> {
    if (row.deletedAt !== null) return;
    await (row.deletable ? this.delete(row) : this.forget(row));
  }

  async undoDelete(row: Row): Promise<void> {
    if ((await this.request(this.host.undoDelete(row.id))) === false) this.toasts.show({ code: 'too_late', fields: {} });
  }

  /** Undoes the newest pending deletion. */
  async undoLastDelete(): Promise<void> {
    const deletedRows = this.rows.filter((row) => row.deletedAt !== null);
    const last = deletedRows.sort((a, b) => (b.deletedAt ?? '').localeCompare(a.deletedAt ?? ''))[0];
    if (last) await this.undoDelete(last);
  }

  async open(row: Row): Promise<void> {
    if (linksOf(row).length > 0) await this.request(this.host.open(row.id, 'original'));
  }

  async paste(): Promise<void> {
    await this.request(this.host.paste());
  }

  async choose(): Promise<void> {
    await this.request(this.host.chooseFiles());
  }

  /** The result of a request; an error is shown as a toast. */
  private request<T>(request: Promise<T>): Promise<T | undefined> {
    return this.toasts.withErrorToast(request);
  }
}

/** Case-insensitive. */
function matches(name: string, searchText: string): boolean {
  return name.toLocaleLowerCase().includes(searchText.trim().toLocaleLowerCase());
}

/** The links of a row, empty if it has none. */
export function linksOf({ state }: Row): Link[] {
  return state.is === 'done' || state.is === 'already_uploaded' ? state.links : [];
}
