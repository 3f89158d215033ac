/* The #CKPT lines of a job's script: the same words mean the same under PBS, whose hook reads them too. */
#ifndef SPANK_CKPT_DIRECTIVES_H
#define SPANK_CKPT_DIRECTIVES_H

/*
 * Called with each word: KEY and VALUE of KEY=VALUE, "ckpt" and the word itself for a word without "=".
 * Returns 0, or -1 to end the reading.
 */
typedef int directive(void *context, const char *key, const char *value);

/*
 * Reads a script as far as lines of the kind may be, 64 KiB. A script that cannot be read has none.
 * Returns 0, or -1 when the reading was ended.
 */
int directives_read(const char *script, directive *take, void *context);

#endif
