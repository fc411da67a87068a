// The selected images of the gallery, for bulk actions.
import { SvelteMap } from 'svelte/reactivity';
import type { Image } from '../../api/schema';
import type { Gallery } from './gallery.svelte';

/** The largest selection; a search narrows it down. */
export const MAX_SELECTED = 2_000;

export class ImageSelection {
  private readonly items = new SvelteMap<string, { image: Image; at: number }>();
  /** Where a range selection begins. */
  private anchor = 0;

  constructor(private readonly gallery: Gallery) {}

  get count(): number {
    return this.items.size;
  }

  has(id: string): boolean {
    return this.items.has(id);
  }

  /** The selected images, in display order. */
  get images(): Image[] {
    return [...this.items.values()].sort((one, other) => one.at - other.at).map(({ image }) => image);
  }

  toggle(at: number): void {
    const image = this.gallery.at(at);
    if (!image) return;
    this.anchor = at;
    if (!this.items.delete(image.id)) this.items.set(image.id, { image, at });
  }

  /** Selects the range from the anchor to this image. */
  async extendTo(to: number): Promise<void> {
    await this.addRange(Math.min(this.anchor, to), Math.max(this.anchor, to));
  }

  /** Returns false if there are too many images. */
  async selectAll(): Promise<boolean> {
    const { total } = this.gallery;
    if (total > MAX_SELECTED) return false;
    if (total > 0) await this.addRange(0, total - 1);
    return true;
  }

  clear(): void {
    this.items.clear();
  }

  remove(id: string): void {
    this.items.delete(id);
  }

  private async addRange(from: number, to: number): Promise<void> {
    const items = await this.gallery.imagesBetween(from, Math.min(to, from + MAX_SELECTED - 1));
    for (const item of items) this.items.set(item.image.id, item);
  }
}
