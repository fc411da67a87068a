// Sample responses of the server, for tests and scenes of the dashboard.
import type { Image } from '../api/schema';

/** A public image of 600 × 400 with two sizes, unless `overrides` says otherwise. */
export function imageOf(id: string, overrides: Partial<Image> = {}): Image {
  const base = `http://vitrine.test/${id}`;
  return {
    id,
    name: `${id}.jpg`,
    title: '',
    description: '',
    tags: [],
    public: true,
    nsfw: false,
    views: 0,
    folder: null,
    folderPath: '',
    format: 'jpeg',
    mediaType: 'image/jpeg',
    width: 600,
    height: 400,
    bytes: 48_200,
    animated: false,
    door: 'dashboard',
    owner: 'owner',
    createdAt: '2026-11-22T09:05:00Z',
    thumbnail: `/api/dashboard/images/${id}/thumbnail`,
    links: {
      imgs: { url: base, original: `${base}/original`, sizes: { '200': `${base}/200`, '400': `${base}/400` } },
      slink: { url: `${base}.slink`, thumbnail: `${base}.thumbnail` },
      chevereto: { url: `${base}.chevereto`, viewer: `${base}.viewer` },
    },
    ...overrides,
  };
}
