/** Largest manifest file that is read. */
export const FILE_LIMIT_BYTES = 2 ** 20;
