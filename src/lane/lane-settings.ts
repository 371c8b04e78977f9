/** How the lane works. Not options: only tests and the bench change them. */

export interface LaneSettings {
  /** Whether large fragments take the lane. Read when a server starts. */
  isUsed: boolean;
  /** Smaller messages gain nothing, bytes. */
  smallestBytes: number;
  /** Whether a buffer is overwritten when it is given back, so that a test notices if somebody still reads it. */
  overwritesGivenBack: boolean;
}

export const laneSettings: LaneSettings = { isUsed: true, smallestBytes: 16_384, overwritesGivenBack: false };
