/** Numbers of the engine's entities. Source: `MAX_CLIENTS`, `ENTITYNUM_MAX_NORMAL` of ET:Legacy's `q_shared.h`. */

/** The first entity that is never a client. */
export const FIRST_ENTITY = 64;
/** The last that is neither the world nor none. */
export const LAST_ENTITY = 1021;
