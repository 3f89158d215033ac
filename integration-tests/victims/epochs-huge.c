/* Writers at full speed on huge pages. */
#include "epochs.h"

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	advice = MADV_HUGEPAGE;
	write_epochs(2);
}
