/** Name of the tracker's file on the server. */
export const TRACKER_FILE_NAME = "proximity_tracker.lua";
