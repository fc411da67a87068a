// The screens, in navigation order. Each is loaded on demand, except for the desktop window's first.
import Images from '@lucide/svelte/icons/images';
import CircleUserRound from '@lucide/svelte/icons/circle-user-round';
import Crop from '@lucide/svelte/icons/crop';
import House from '@lucide/svelte/icons/house';
import KeyRound from '@lucide/svelte/icons/key-round';
import ServerCog from '@lucide/svelte/icons/server-cog';
import Settings from '@lucide/svelte/icons/settings';
import type { Account } from './api/schema';
import type { Component } from 'svelte';
import type { App } from './app.svelte';
import Home from './features/home/Home.svelte';
import type { Host } from './host/host';
import type { MessageKey } from './messages/messages';
import type { Route } from './router.svelte';
import type { Session } from './session.svelte';

/** The props of every screen. `app` is set in the desktop window only. */
export type ScreenProps = { host: Host; app: App | null; route: Route; session: Session };

export type Screen = {
  /** The first segment of its route; empty for the start. */
  path: string;
  /** Another first segment that leads to it. */
  secondPath?: string;
  name: MessageKey;
  icon: typeof House;
  view: () => Component<ScreenProps> | Promise<Component<ScreenProps>>;
};

/** The first screen of the desktop window. */
const HOME: Screen = { path: '', name: 'screen.home', icon: House, view: () => Home };

const SETTINGS: Screen = {
  path: 'settings',
  name: 'screen.settings',
  icon: Settings,
  view: () => import('./features/settings/Settings.svelte').then((module) => module.default),
};

/** The first screen in a browser. */
const GALLERY: Screen = {
  path: 'gallery',
  secondPath: 'images',
  name: 'screen.gallery',
  icon: Images,
  view: () => import('./features/gallery/Gallery.svelte').then((module) => module.default),
};

const KEYS: Screen = {
  path: 'keys',
  name: 'screen.keys',
  icon: KeyRound,
  view: () => import('./features/keys/Keys.svelte').then((module) => module.default),
};

const PRESETS: Screen = {
  path: 'presets',
  name: 'screen.presets',
  icon: Crop,
  view: () => import('./features/presets/Presets.svelte').then((module) => module.default),
};

const ACCOUNT: Screen = {
  path: 'account',
  name: 'screen.account',
  icon: CircleUserRound,
  view: () => import('./features/account/Account.svelte').then((module) => module.default),
};

/** For administrators. */
const ADMINISTRATION: Screen = {
  path: 'server',
  name: 'screen.administration',
  icon: ServerCog,
  view: () => import('./features/administration/Administration.svelte').then((module) => module.default),
};

/** The screens of this host and account. */
export function screensFor(host: Host, account: Account | null | undefined): Screen[] {
  return host.desktop
    ? [HOME, GALLERY, KEYS, PRESETS, ADMINISTRATION, SETTINGS]
    : [GALLERY, KEYS, PRESETS, ...(account?.admin ? [ADMINISTRATION] : []), ACCOUNT];
}
