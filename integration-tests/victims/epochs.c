/* Writers at full speed. */
#include "epochs.h"

int main(int argc, char **argv)
{
	victim_begin(argc, argv);
	write_epochs(2);
}
