// The list of pictures as the page knows it: kept in step with the host's news, older rows fetched
// on demand, and one row at a time the current one for the keyboard.
import type { CopySettings, Desktop, Link, Progress, Row } from '../../host/host';
import type { ToastStore } from '../toasts/toasts.svelte';

const PAGE = 50;
/** More rows than this the host does not give at once. */
const MAX_ROWS = 500;
const COPIED_DURATION = 1_800;

export class Uploads {
  /** Newest first. Replaced, never changed in place: hundreds of rows may have news many times a second. */
  rows = $state.raw<Row[]>([]);
  /** `reading` until the first rows are here: neither a list nor an empty state yet. */
  phase = $state<'loading' | 'ready' | 'failed'>('loading');
  fetchingMore = $state(false);
  /** Which copy button has just worked. */
  copiedLink = $state<{ id: number; label: string } | null>(null);
  /** The part of a name that is looked for; empty while all rows are shown. */
  searchText = $state('');
  /** The row that is looked at closely. */
  openRowId = $state<number | null>(null);
  /** The rows that are shown. */
  readonly visibleRows = $derived(this.searchText.trim() === '' ? this.rows : this.rows.filter((row) => matches(row.name, this.searchText)));
  private focusedId = $state<number | null>(null);
  /** Worked out once for all rows, each of which asks whether it is the one. */
  private readonly currentId = $derived(
    this.visibleRows.some((row) => row.id === this.focusedId) ? this.focusedId : (this.visibleRows[0]?.id ?? null),
  );
  private complete = false;
  /** Rows that events told of since the last reading again began. */
  private updatedIds = new Set<number>();
  private generation = 0;
  /** Rows forgotten while a page of them was on its way must not come back with it. */
  private forgottenIds = new Set<number>();
  private copiedTimer: ReturnType<typeof setTimeout> | undefined;
  /** What was written of a picture is on its way to be kept. */
  private altTextSave: Promise<unknown> | null = null;

  constructor(
    private readonly host: Desktop,
    private readonly toasts: ToastStore,
  ) {}

  /** The row the keyboard is on: the one last focused, else the newest. */
  get current(): number | null {
    return this.currentId;
  }

  set current(id: number | null) {
    this.focusedId = id;
  }

  /** Reads the first page. Call it after listening, so that nothing falls between. */
  async load(): Promise<void> {
    try {
      await this.fetchPage(null);
      this.phase = 'ready';
    } catch {
      this.phase = 'failed';
    }
  }

  /** Reads again what is shown, after news may have been missed. */
  async reload(): Promise<void> {
    if (this.phase === 'loading') return;
    const updatedIds = (this.updatedIds = new Set());
    const generation = ++this.generation;
    try {
      const page = await this.host.rows({ limit: Math.max(PAGE, Math.min(this.rows.length, MAX_ROWS)), before: null });
      // A reading that began later knows more.
      if (generation !== this.generation) return;
      const inPage = new Set(page.map((row) => row.id));
      const oldest = page.at(-1)?.id ?? 0;
      // What an event told meanwhile is newer than the page; what is older than it was not asked for.
      this.rows = this.rows.filter((row) => inPage.has(row.id) || updatedIds.has(row.id) || row.id < oldest);
      this.mergeRows(page.filter((row) => !updatedIds.has(row.id) && !this.forgottenIds.has(row.id)));
      this.phase = 'ready';
    } catch {
      this.toasts.show({ code: 'request_failed', fields: {} });
    }
  }

  /** Fetches the next older rows, once at a time, until there are no more. */
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

  /** Shows the rows of which the name holds this, and fetches all that are older, so that none is missed. */
  async search(text: string): Promise<void> {
    this.searchText = text;
    while (this.searchText !== '' && !this.complete) {
      const countBefore = this.rows.length;
      await this.loadMore();
      // Being fetched elsewhere, or not to be had.
      if (this.rows.length === countBefore) return;
    }
  }

  private async fetchPage(before: number | null): Promise<void> {
    const page = await this.host.rows({ limit: PAGE, before });
    this.complete = page.length < PAGE;
    // What an event told meanwhile is newer than the page.
    const loadedIds = new Set(this.rows.map((row) => row.id));
    this.mergeRows(page.filter((row) => !loadedIds.has(row.id) && !this.forgottenIds.has(row.id)));
  }

  applyRows(rows: Row[]): void {
    for (const row of rows) this.updatedIds.add(row.id);
    this.mergeRows(rows);
  }

  /** Each takes the place of what was known of it; what is new goes where its id belongs. */
  private mergeRows(rows: Row[]): void {
    const updates = new Map(rows.map((row) => [row.id, row]));
    const merged = this.rows.map((row) => updates.get(row.id) ?? row);
    for (const row of merged) updates.delete(row.id);
    this.rows = updates.size === 0 ? merged : [...merged, ...updates.values()].sort((a, b) => b.id - a.id);
  }

  /** Progress that arrives late must not take a finished row back. */
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

  /** Moves to the row `by` places further down and returns its id. */
  step(by: number): number | null {
    const index = this.visibleRows.findIndex((row) => row.id === this.current);
    const next = this.visibleRows[Math.min(Math.max(index + by, 0), this.visibleRows.length - 1)];
    if (next) this.focusedId = next.id;
    return this.current;
  }

  /** Written as the switch says, or as `how` does. */
  async copy(row: Row, label: string, how?: CopySettings['how']): Promise<void> {
    if (linksOf(row).length === 0) return;
    // The press that copies is also what leaves the field, and the link is to say what was written there.
    if (this.altTextSave) await this.altTextSave;
    const copied = await this.request(this.host.copy(row.id, label, how));
    // The host has said why not.
    if (copied !== true) return;
    this.copiedLink = { id: row.id, label };
    clearTimeout(this.copiedTimer);
    this.copiedTimer = setTimeout(() => (this.copiedLink = null), COPIED_DURATION);
  }

  /** What the picture shows: its links say it from now on. */
  async setAlt(row: Row, text: string): Promise<void> {
    const altTextSave = this.request(this.host.setAlt(row.id, text));
    this.altTextSave = altTextSave;
    await altTextSave;
    if (this.altTextSave === altTextSave) this.altTextSave = null;
  }

  /** Where the system shows files. */
  async showFile(row: Row): Promise<void> {
    await this.request(this.host.showFile(row.id));
  }

  /** The squares of a link, for a phone's camera. */
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

  /** On its server, after the seconds in which `undoDelete` is not too late. */
  async delete(row: Row): Promise<void> {
    await this.request(this.host.delete(row.id));
  }

  /** Takes it away: from its server where that can be done, with time to think better of it, else off the list. */
  async remove(row: Row): Promise<void> {
    if (row.deletedAt !== null) return;
    await (row.deletable ? this.delete(row) : this.forget(row));
  }

  async undoDelete(row: Row): Promise<void> {
    if ((await this.request(this.host.undoDelete(row.id))) === false) this.toasts.show({ code: 'too_late', fields: {} });
  }

  /** The row that was marked for deletion last. */
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

  /** What the host answered; if it could not, the page says so. */
  private request<T>(request: Promise<T>): Promise<T | undefined> {
    return this.toasts.withErrorToast(request);
  }
}

/** Whichever case it is written in. */
function matches(name: string, searchText: string): boolean {
  return name.toLocaleLowerCase().includes(searchText.trim().toLocaleLowerCase());
}

/** The links of a row, where it has any. */
export function linksOf({ state }: Row): Link[] {
  return state.is === 'done' || state.is === 'already_uploaded' ? state.links : [];
}
