// The sizes that the frame and its skeleton share, in pixels.
export const railWidth = { open: 224, closed: 56 };
export const topBarHeight = 48;
export const bottomBarHeight = 60;
