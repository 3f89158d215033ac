#!/bin/sh
# Two ranks of OpenMPI on this node that talk by the transports named first.
transports=$1 directory=$2
export TMPDIR="$directory" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
exec mpirun -n 2 --oversubscribe --bind-to none --mca btl "$transports" --mca pml ob1 \
	"$(dirname "$0")/../target/programs/exchange" "$directory"
