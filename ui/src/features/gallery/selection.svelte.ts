// The pictures that are chosen in the gallery, to do something with all of them at once.
import { SvelteMap } from 'svelte/reactivity';
import type { Image } from '../../api/schema';
import type { Gallery } from './gallery.svelte';

/** Whoever wants more at once narrows it down first. */
export const MOST = 2_000;

export class Chosen {
  private readonly places = new SvelteMap<string, { image: Image; at: number }>();
  /** Where a range begins. */
  private anchor = 0;

  constructor(private readonly gallery: Gallery) {}

  get count(): number {
    return this.places.size;
  }

  has(id: string): boolean {
    return this.places.has(id);
  }

  /** Those chosen, in the order in which they are shown. */
  get images(): Image[] {
    return [...this.places.values()].sort((one, other) => one.at - other.at).map(({ image }) => image);
  }

  toggle(at: number): void {
    const image = this.gallery.at(at);
    if (!image) return;
    this.anchor = at;
    if (!this.places.delete(image.id)) this.places.set(image.id, { image, at });
  }

  /** All from where the last one was chosen to this one. */
  async extend(to: number): Promise<void> {
    await this.take(Math.min(this.anchor, to), Math.max(this.anchor, to));
  }

  /** False where there are too many. */
  async all(): Promise<boolean> {
    const { total } = this.gallery;
    if (total > MOST) return false;
    if (total > 0) await this.take(0, total - 1);
    return true;
  }

  clear(): void {
    this.places.clear();
  }

  drop(id: string): void {
    this.places.delete(id);
  }

  private async take(from: number, to: number): Promise<void> {
    const places = await this.gallery.between(from, Math.min(to, from + MOST - 1));
    for (const place of places) this.places.set(place.image.id, place);
  }
}
