/* Where a popover goes: under its button, or above it, and never over the edge of the window. */
const GAP = 4;
const EDGE = 8;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}
interface Size {
  width: number;
  height: number;
}

export function placeBy(
  anchor: Box,
  own: Size,
  view: Size,
  end: boolean,
): { left: number; top: number } {
  const wished = end ? anchor.right - own.width : anchor.left;
  const left = Math.max(EDGE, Math.min(wished, view.width - own.width - EDGE));
  const below = anchor.bottom + GAP;
  const above = anchor.top - GAP - own.height;
  const top = below + own.height + EDGE > view.height && above >= EDGE ? above : below;
  return { left, top };
}

export function placePopover(popover: HTMLElement, anchor: HTMLElement, end: boolean): void {
  const view = { width: innerWidth, height: innerHeight };
  const { left, top } = placeBy(
    anchor.getBoundingClientRect(),
    popover.getBoundingClientRect(),
    view,
    end,
  );
  popover.style.setProperty('left', `${left}px`);
  popover.style.setProperty('top', `${top}px`);
  popover.style.setProperty('max-height', `${view.height - top - EDGE}px`);
}
