/* The rooms that are not needed for the first picture; each is a chunk of its own, loaded when it is entered. */
import type { Component } from 'svelte';

export interface Rooms {
  detail: { id: string; tab: string };
  edit: { id: string };
  compare: { a: string; b: string };
  chat: { chat: string | null };
  simulate: { type: string | null };
  doctor: Record<string, never>;
  first: Record<string, never>;
}
export type RoomName = keyof Rooms;

type Loaders = { [N in RoomName]: () => Promise<{ default: Component<Rooms[N]> }> };

const loaders: Loaders = {
  detail: () => import('../detail/Detail.svelte'),
  edit: () => import('../actions/edit/EditReplay.svelte'),
  compare: () => import('../actions/compare/Compare.svelte'),
  chat: () => import('../chat/Conversation.svelte'),
  simulate: () => import('../simulate/Simulate.svelte'),
  doctor: () => import('../doctor/Doctor.svelte'),
  first: () => import('../first/FirstRun.svelte'),
};

export async function loadRoom<N extends RoomName>(name: N): Promise<Component<Rooms[N]>> {
  return (await loaders[name]()).default;
}
