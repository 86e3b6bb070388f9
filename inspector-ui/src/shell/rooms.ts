/* The rooms that are not needed for the first picture; each is a chunk of its own, loaded when it is entered. */
import type { Component } from 'svelte';

export interface Rooms {
  detail: { id: string; tab: string };
  edit: { id: string };
  compare: { a: string; b: string };
  chat: { chat: string | null };
  doctor: Record<string, never>;
  first: Record<string, never>;
}
export type RoomName = keyof Rooms;

const files: Record<RoomName, string> = {
  detail: '../detail/Detail.svelte',
  edit: '../actions/edit/EditReplay.svelte',
  compare: '../actions/compare/Compare.svelte',
  chat: '../chat/Conversation.svelte',
  doctor: '../doctor/Doctor.svelte',
  first: '../first/FirstRun.svelte',
};

const found = import.meta.glob<{ default: Component }>([
  '../detail/Detail.svelte',
  '../actions/edit/EditReplay.svelte',
  '../actions/compare/Compare.svelte',
  '../chat/Conversation.svelte',
  '../doctor/Doctor.svelte',
  '../first/FirstRun.svelte',
]);

export async function loadRoom<N extends RoomName>(name: N): Promise<Component<Rooms[N]> | null> {
  const module = await found[files[name]]?.();
  return (module?.default as Component<Rooms[N]> | undefined) ?? null;
}
