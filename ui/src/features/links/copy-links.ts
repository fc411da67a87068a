// Links of pictures to the clipboard, and what is said of it.
import type { Image } from '../../api/schema';
import type { Host } from '../../host/host';
import type { Notices } from '../toasts/toasts.svelte';
import { write, writeHtml, type Language } from './links';

export async function copyLinks(host: Host, notices: Notices, images: Image[], how: Language): Promise<void> {
  const taken = await host.copyText(write(images, how), writeHtml(images)).catch(() => false);
  notices.say(taken ? { code: 'copied', fields: { pictures: images.length, links: images.length, how } } : { code: 'copy_failed', fields: {} });
}
