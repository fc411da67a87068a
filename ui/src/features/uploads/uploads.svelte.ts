// The list of pictures as the page knows it: kept in step with the host's news, older rows fetched
// on demand, and one row at a time the current one for the keyboard.
import type { Copying, Desktop, Link, Progress, Row } from '../../host/host';
import type { Notices } from '../toasts/toasts.svelte';

const PAGE = 50;
/** More rows than this the host does not give at once. */
const MOST = 500;
const CONFIRMED_FOR = 1_800;

export class Uploads {
  /** Newest first. Replaced, never changed in place: hundreds of rows may have news many times a second. */
  rows = $state.raw<Row[]>([]);
  /** `reading` until the first rows are here: neither a list nor an empty state yet. */
  phase = $state<'reading' | 'ready' | 'failed'>('reading');
  fetchingMore = $state(false);
  /** Which copy button has just worked. */
  confirmed = $state<{ id: number; label: string } | null>(null);
  /** The part of a name that is looked for; empty while all rows are shown. */
  sought = $state('');
  /** The row that is looked at closely. */
  opened = $state<number | null>(null);
  /** The rows that are shown. */
  readonly shown = $derived(this.sought.trim() === '' ? this.rows : this.rows.filter((row) => found(row.name, this.sought)));
  private wanted = $state<number | null>(null);
  /** Worked out once for all rows, each of which asks whether it is the one. */
  private readonly reached = $derived(
    this.shown.some((row) => row.id === this.wanted) ? this.wanted : (this.shown[0]?.id ?? null),
  );
  private complete = false;
  /** Rows that events told of since the last reading again began. */
  private heard = new Set<number>();
  private turn = 0;
  /** Rows forgotten while a page of them was on its way must not come back with it. */
  private gone = new Set<number>();
  private confirmation: ReturnType<typeof setTimeout> | undefined;
  /** What was written of a picture is on its way to be kept. */
  private writing: Promise<unknown> | null = null;

  constructor(
    private readonly host: Desktop,
    private readonly notices: Notices,
  ) {}

  /** The row the keyboard is on: the one last focused, else the newest. */
  get current(): number | null {
    return this.reached;
  }

  set current(id: number | null) {
    this.wanted = id;
  }

  /** Reads the first page. Call it after listening, so that nothing falls between. */
  async read(): Promise<void> {
    try {
      await this.fetchPage(null);
      this.phase = 'ready';
    } catch {
      this.phase = 'failed';
    }
  }

  /** Reads again what is shown, after news may have been missed. */
  async readAgain(): Promise<void> {
    if (this.phase === 'reading') return;
    const heard = (this.heard = new Set());
    const turn = ++this.turn;
    try {
      const page = await this.host.rows({ limit: Math.max(PAGE, Math.min(this.rows.length, MOST)), before: null });
      // A reading that began later knows more.
      if (turn !== this.turn) return;
      const inPage = new Set(page.map((row) => row.id));
      const oldest = page.at(-1)?.id ?? 0;
      // What an event told meanwhile is newer than the page; what is older than it was not asked for.
      this.rows = this.rows.filter((row) => inPage.has(row.id) || heard.has(row.id) || row.id < oldest);
      this.place(page.filter((row) => !heard.has(row.id) && !this.gone.has(row.id)));
      this.phase = 'ready';
    } catch {
      this.notices.say({ code: 'request_failed', fields: {} });
    }
  }

  /** Fetches the next older rows, once at a time, until there are no more. */
  async readMore(): Promise<void> {
    if (this.complete || this.fetchingMore || this.phase !== 'ready') return;
    this.fetchingMore = true;
    try {
      await this.fetchPage(this.rows.at(-1)?.id ?? null);
    } catch {
      this.notices.say({ code: 'request_failed', fields: {} });
    } finally {
      this.fetchingMore = false;
    }
  }

  /** Shows the rows of which the name holds this, and fetches all that are older, so that none is missed. */
  async seek(text: string): Promise<void> {
    this.sought = text;
    while (this.sought !== '' && !this.complete) {
      const before = this.rows.length;
      await this.readMore();
      // Being fetched elsewhere, or not to be had.
      if (this.rows.length === before) return;
    }
  }

  private async fetchPage(before: number | null): Promise<void> {
    const page = await this.host.rows({ limit: PAGE, before });
    this.complete = page.length < PAGE;
    // What an event told meanwhile is newer than the page.
    const known = new Set(this.rows.map((row) => row.id));
    this.place(page.filter((row) => !known.has(row.id) && !this.gone.has(row.id)));
  }

  hearRows(rows: Row[]): void {
    for (const row of rows) this.heard.add(row.id);
    this.place(rows);
  }

  /** Each takes the place of what was known of it; what is new goes where its id belongs. */
  private place(rows: Row[]): void {
    const news = new Map(rows.map((row) => [row.id, row]));
    const kept = this.rows.map((row) => news.get(row.id) ?? row);
    for (const row of kept) news.delete(row.id);
    this.rows = news.size === 0 ? kept : [...kept, ...news.values()].sort((a, b) => b.id - a.id);
  }

  /** Progress that arrives late must not take a finished row back. */
  hearProgress({ id, sent, total }: Progress): void {
    const row = this.rows.find((other) => other.id === id);
    this.heard.add(id);
    if (row && (row.state.is === 'queued' || row.state.is === 'sending')) {
      this.place([{ ...row, state: { is: 'sending', sent, total } }]);
    }
  }

  hearForgotten(id: number): void {
    this.gone.add(id);
    const at = this.rows.findIndex((row) => row.id === id);
    if (at < 0) return;
    if (this.wanted === id) this.wanted = (this.rows[at + 1] ?? this.rows[at - 1])?.id ?? null;
    if (this.opened === id) this.opened = null;
    this.rows = this.rows.filter((row) => row.id !== id);
  }

  /** Moves to the row `by` places further down and returns its id. */
  step(by: number): number | null {
    const at = this.shown.findIndex((row) => row.id === this.current);
    const next = this.shown[Math.min(Math.max(at + by, 0), this.shown.length - 1)];
    if (next) this.wanted = next.id;
    return this.current;
  }

  /** Written as the switch says, or as `how` does. */
  async copy(row: Row, label: string, how?: Copying['how']): Promise<void> {
    if (linksOf(row).length === 0) return;
    // The press that copies is also what leaves the field, and the link is to say what was written there.
    if (this.writing) await this.writing;
    const copied = await this.asked(this.host.copy(row.id, label, how));
    // The host has said why not.
    if (copied !== true) return;
    this.confirmed = { id: row.id, label };
    clearTimeout(this.confirmation);
    this.confirmation = setTimeout(() => (this.confirmed = null), CONFIRMED_FOR);
  }

  /** What the picture shows: its links say it from now on. */
  async setAlt(row: Row, text: string): Promise<void> {
    const writing = this.asked(this.host.setAlt(row.id, text));
    this.writing = writing;
    await writing;
    if (this.writing === writing) this.writing = null;
  }

  /** Where the system shows files. */
  async showFile(row: Row): Promise<void> {
    await this.asked(this.host.showFile(row.id));
  }

  /** The squares of a link, for a phone's camera. */
  async code(row: Row, label: string): Promise<string[] | null> {
    return (await this.asked(this.host.qr(row.id, label)))?.squares ?? null;
  }

  async retry(row: Row): Promise<void> {
    if (row.state.is === 'offline' || (row.state.is === 'failed' && row.state.retry)) await this.asked(this.host.retry(row.id));
  }

  async forget(row: Row): Promise<void> {
    await this.asked(this.host.forget(row.id));
  }

  async hold(row: Row): Promise<void> {
    await this.asked(this.host.hold(row.id));
  }

  async release(row: Row): Promise<void> {
    await this.asked(this.host.release(row.id));
  }

  async cancel(row: Row): Promise<void> {
    await this.asked(this.host.cancel(row.id));
  }

  async uploadAgain(row: Row): Promise<void> {
    await this.asked(this.host.uploadAgain(row.id));
  }

  async sendSmaller(row: Row): Promise<void> {
    await this.asked(this.host.sendSmaller(row.id));
  }

  /** On its server, after the seconds in which `undoDelete` is not too late. */
  async delete(row: Row): Promise<void> {
    await this.asked(this.host.delete(row.id));
  }

  /** Takes it away: from its server where that can be done, with time to think better of it, else off the list. */
  async remove(row: Row): Promise<void> {
    if (row.deletedAt !== null) return;
    await (row.deletable ? this.delete(row) : this.forget(row));
  }

  async undoDelete(row: Row): Promise<void> {
    if ((await this.asked(this.host.undoDelete(row.id))) === false) this.notices.say({ code: 'too_late', fields: {} });
  }

  /** The row that was marked for deletion last. */
  async undoLastDelete(): Promise<void> {
    const marked = this.rows.filter((row) => row.deletedAt !== null);
    const last = marked.sort((a, b) => (b.deletedAt ?? '').localeCompare(a.deletedAt ?? ''))[0];
    if (last) await this.undoDelete(last);
  }

  async open(row: Row): Promise<void> {
    if (linksOf(row).length > 0) await this.asked(this.host.open(row.id, 'original'));
  }

  async paste(): Promise<void> {
    await this.asked(this.host.paste());
  }

  async choose(): Promise<void> {
    await this.asked(this.host.chooseFiles());
  }

  /** What the host answered; if it could not, the page says so. */
  private asked<T>(request: Promise<T>): Promise<T | undefined> {
    return this.notices.unlessRefused(request);
  }
}

/** Whichever case it is written in. */
function found(name: string, sought: string): boolean {
  return name.toLocaleLowerCase().includes(sought.trim().toLocaleLowerCase());
}

/** The links of a row, where it has any. */
export function linksOf({ state }: Row): Link[] {
  return state.is === 'done' || state.is === 'already_uploaded' ? state.links : [];
}
