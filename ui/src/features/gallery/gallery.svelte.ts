// The pictures of the gallery: how many there are of each day, and those that are looked at, page by page.
import { SvelteMap } from 'svelte/reactivity';
import type { Api, Which } from '../../api/api';
import type { Image } from '../../api/schema';
import { wordsOf } from '../../error-message';
import type { Section } from './layout';

export const EVERYTHING: Which = { q: '', folder: '', order: 'created', direction: 'desc' };
const PAGE = 100;
/** How many pages before and after those looked at are remembered: a few thousand pictures would be felt whenever
 *  the browser tidies its memory up. */
const NEAR = 4;

export class Gallery {
  which = $state.raw<Which>(EVERYTHING);
  /** `null` until the server has said. */
  sections = $state.raw<Section[] | null>(null);
  /** Why it has not. */
  trouble = $state<string | null>(null);
  private readonly pages = new SvelteMap<number, Image[]>();
  private readonly asking = new Map<number, AbortController>();
  /** What is looked at, in pages. */
  private wanted: [number, number] = [0, 0];
  /** Answers to what was asked before the last change are of no use. */
  private round = 0;

  constructor(
    private readonly api: Api,
    /** Those that are shown no more, although they are still there. */
    private readonly hidden: ReadonlySet<string>,
  ) {}

  get total(): number {
    return this.sections?.reduce((sum, { images }) => sum + images, 0) ?? 0;
  }

  /** The picture at a position, if it is here already and is not to go. */
  at(index: number): Image | undefined {
    const image = this.known(index);
    return image && !this.hidden.has(image.id) ? image : undefined;
  }

  /** Whether the picture at a position is about to go. */
  goes(index: number): boolean {
    const image = this.known(index);
    return image !== undefined && this.hidden.has(image.id);
  }

  private known(index: number): Image | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Where a picture stands among those that are here. */
  find(id: string): number | null {
    for (const [page, images] of this.pages) {
      const within = images.findIndex((image) => image.id === id);
      if (within >= 0) return page * PAGE + within;
    }
    return null;
  }

  /** Looks for others; those that are shown stay until the others are here. */
  choose(part: Partial<Which>): Promise<void> {
    this.which = { ...this.which, ...part };
    this.wanted = [0, 0];
    return this.read();
  }

  /** Reads anew what is looked at, because something has changed. */
  async read(): Promise<void> {
    const round = ++this.round;
    const { which, wanted } = this;
    for (const asking of this.asking.values()) asking.abort();
    this.asking.clear();
    try {
      const numbers = range(...wanted);
      const [sections, ...pages] = await Promise.all([this.count(which), ...numbers.map((page) => this.page(which, page))]);
      if (round !== this.round) return;
      this.trouble = null;
      this.pages.clear();
      numbers.forEach((page, at) => this.pages.set(page, pages[at] ?? []));
      this.sections = sections;
      this.fetch();
    } catch (error) {
      if (round === this.round) this.trouble = wordsOf(error);
    }
  }

  /** Says which positions are looked at. */
  look(from: number, to: number): void {
    this.wanted = [Math.floor(Math.max(0, from) / PAGE), Math.floor(Math.max(0, to) / PAGE)];
    this.fetch();
  }

  /** All pictures between two positions, with where they stand; fetched where they are not here. */
  async between(from: number, to: number): Promise<{ image: Image; at: number }[]> {
    const { which } = this;
    const pages = range(Math.floor(from / PAGE), Math.floor(to / PAGE));
    const found: { image: Image; at: number }[] = [];
    for (const page of pages) {
      const images = this.pages.get(page) ?? (await this.page(which, page));
      found.push(...images.map((image, at) => ({ image, at: page * PAGE + at })));
    }
    return found.filter(({ image, at }) => at >= from && at <= to && !this.hidden.has(image.id));
  }

  /** Shows a changed picture as it is now. */
  put(changed: Image): void {
    for (const [page, images] of this.pages) {
      if (images.some(({ id }) => id === changed.id)) {
        this.pages.set(page, images.map((image) => (image.id === changed.id ? changed : image)));
      }
    }
  }

  private async count(which: Which): Promise<Section[]> {
    if (which.order === 'created') {
      const { days } = await this.api.days(which);
      return which.direction === 'desc' ? days : [...days].reverse();
    }
    const total = await this.api.count(which);
    return total > 0 ? [{ day: null, images: total }] : [];
  }

  /** Asks for the wanted pages that are not here; what was asked for and is wanted no more is called off. */
  private fetch(): void {
    const [first, last] = this.wanted;
    const near = (page: number) => page >= first - 1 && page <= last + 1;
    for (const [page, asking] of this.asking) if (!near(page)) asking.abort();
    for (const page of this.pages.keys()) if (page < first - NEAR || page > last + NEAR) this.pages.delete(page);
    const { which, round, total } = this;
    for (const page of range(first, last)) {
      if (page * PAGE >= total || this.pages.has(page) || this.asking.has(page)) continue;
      const asking = new AbortController();
      this.asking.set(page, asking);
      void this.page(which, page, asking.signal)
        .then((images) => {
          if (round === this.round) this.pages.set(page, images);
        })
        .catch((error: unknown) => {
          if (round === this.round && !asking.signal.aborted) this.trouble = wordsOf(error);
        })
        .finally(() => {
          if (this.asking.get(page) === asking) this.asking.delete(page);
        });
    }
  }

  private async page(which: Which, page: number, signal?: AbortSignal): Promise<Image[]> {
    return (await this.api.images(which, page + 1, PAGE, signal)).items;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
