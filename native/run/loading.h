/* Memory that comes while the job runs: a place holds its userfaultfds, see ckpt_place.h. */
#ifndef CKPT_RUN_LOADING_H
#define CKPT_RUN_LOADING_H

#include <stdbool.h>
#include <stddef.h>

struct loading {
	bool under_way;
	int orders; /* socket of the engine's orders; -1 when none will come */
	int *held;  /* userfaultfds by their numbers                         */
	size_t count;
};

/* Takes over the socket. */
void loading_begin(struct loading *loading, int orders);

/* Obeys one order, or takes note that none will come. Returns 0, or -errno when it could not be done. */
int loading_obey(struct loading *loading);

/* Lets all userfaultfds go: whoever runs finds zeros from now on where pages are missing. */
void loading_end(struct loading *loading);

#endif
