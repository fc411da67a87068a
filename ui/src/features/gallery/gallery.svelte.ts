// The gallery's data: the number of images per day, and the pages of images around the visible range.
import { SvelteMap } from 'svelte/reactivity';
import type { Api, ImageQuery } from '../../api/api';
import type { Image } from '../../api/schema';
import { errorMessage } from '../../error-message';
import type { Section } from './layout';

export const ALL_IMAGES: ImageQuery = { q: '', folder: '', order: 'created', direction: 'desc' };
const PAGE = 100;
/**
 * How many pages around the visible ones are kept: several thousand images would cause noticeable garbage
 * collection pauses.
 */
const KEPT_PAGES = 4;

export class Gallery {
  query = $state.raw<ImageQuery>(ALL_IMAGES);
  /** `null` until loaded. */
  sections = $state.raw<Section[] | null>(null);
  /** The error of the last request, if it failed. */
  errorText = $state<string | null>(null);
  private readonly pages = new SvelteMap<number, Image[]>();
  private readonly requests = new Map<number, AbortController>();
  /** The first and last visible page. */
  private visiblePages: [number, number] = [0, 0];
  /** Responses to requests from before the last change are dropped. */
  private revision = 0;

  constructor(
    private readonly api: Api,
    /** Deleted images that the lists still contain. */
    private readonly hiddenIds: ReadonlySet<string>,
  ) {}

  get total(): number {
    return this.sections?.reduce((sum, { images }) => sum + images, 0) ?? 0;
  }

  /** The image at a position, if it is loaded and not deleted. */
  at(index: number): Image | undefined {
    const image = this.cachedImage(index);
    return image && !this.hiddenIds.has(image.id) ? image : undefined;
  }

  /** Whether the image at a position is deleted but can be restored. */
  isPendingDelete(index: number): boolean {
    const image = this.cachedImage(index);
    return image !== undefined && this.hiddenIds.has(image.id);
  }

  private cachedImage(index: number): Image | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** The position of a loaded image. */
  find(id: string): number | null {
    for (const [page, images] of this.pages) {
      const index = images.findIndex((image) => image.id === id);
      if (index >= 0) return page * PAGE + index;
    }
    return null;
  }

  /** Loads images for another query; the current ones stay until then. */
  setQuery(part: Partial<ImageQuery>): Promise<void> {
    this.query = { ...this.query, ...part };
    this.visiblePages = [0, 0];
    return this.reload();
  }

  /** Reloads the visible pages after a change. */
  async reload(): Promise<void> {
    const revision = ++this.revision;
    const { query, visiblePages } = this;
    for (const requests of this.requests.values()) requests.abort();
    this.requests.clear();
    try {
      const numbers = range(...visiblePages);
      const [sections, ...pages] = await Promise.all([this.fetchSections(query), ...numbers.map((page) => this.fetchPage(query, page))]);
      if (revision !== this.revision) return;
      this.errorText = null;
      this.pages.clear();
      numbers.forEach((page, at) => this.pages.set(page, pages[at] ?? []));
      this.sections = sections;
      this.fetchMissing();
    } catch (error) {
      if (revision === this.revision) this.errorText = errorMessage(error);
    }
  }

  /** Sets the visible range of positions. */
  showRange(from: number, to: number): void {
    this.visiblePages = [Math.floor(Math.max(0, from) / PAGE), Math.floor(Math.max(0, to) / PAGE)];
    this.fetchMissing();
  }

  /** All images between two positions, loaded if necessary. */
  async imagesBetween(from: number, to: number): Promise<{ image: Image; at: number }[]> {
    const { query } = this;
    const pages = range(Math.floor(from / PAGE), Math.floor(to / PAGE));
    const images: { image: Image; at: number }[] = [];
    for (const page of pages) {
      const pageImages = this.pages.get(page) ?? (await this.fetchPage(query, page));
      images.push(...pageImages.map((image, at) => ({ image, at: page * PAGE + at })));
    }
    return images.filter(({ image, at }) => at >= from && at <= to && !this.hiddenIds.has(image.id));
  }

  /** Replaces an image with a changed version of it. */
  replace(changed: Image): void {
    for (const [page, images] of this.pages) {
      if (images.some(({ id }) => id === changed.id)) {
        this.pages.set(page, images.map((image) => (image.id === changed.id ? changed : image)));
      }
    }
  }

  private async fetchSections(query: ImageQuery): Promise<Section[]> {
    if (query.order === 'created') {
      const { days } = await this.api.days(query);
      return query.direction === 'desc' ? days : [...days].reverse();
    }
    const total = await this.api.count(query);
    return total > 0 ? [{ day: null, images: total }] : [];
  }

  /** Loads missing pages near the visible range and cancels requests for others. */
  private fetchMissing(): void {
    const [first, last] = this.visiblePages;
    const isNear = (page: number) => page >= first - 1 && page <= last + 1;
    for (const [page, requests] of this.requests) if (!isNear(page)) requests.abort();
    for (const page of this.pages.keys()) if (page < first - KEPT_PAGES || page > last + KEPT_PAGES) this.pages.delete(page);
    const { query, revision, total } = this;
    for (const page of range(first, last)) {
      if (page * PAGE >= total || this.pages.has(page) || this.requests.has(page)) continue;
      const requests = new AbortController();
      this.requests.set(page, requests);
      void this.fetchPage(query, page, requests.signal)
        .then((images) => {
          if (revision === this.revision) this.pages.set(page, images);
        })
        .catch((error: unknown) => {
          if (revision === this.revision && !requests.signal.aborted) this.errorText = errorMessage(error);
        })
        .finally(() => {
          if (this.requests.get(page) === requests) this.requests.delete(page);
        });
    }
  }

  private async fetchPage(query: ImageQuery, page: number, signal?: AbortSignal): Promise<Image[]> {
    return (await this.api.images(query, page + 1, PAGE, signal)).items;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => from + at);
}
