#!/bin/sh
# Two ranks of OpenMPI on this node that talk by the transports named first.
transports=$1 directory=$2
export TMPDIR="$directory" OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Ports from 1024 on are what everybody else's MPI takes, too.
exec mpirun -n 2 --oversubscribe --bind-to none --mca btl "$transports" --mca pml ob1 \
	--mca btl_tcp_port_min_v4 $((20000 + $$ % 10000)) \
	"$(dirname "$0")/../target/programs/exchange" "$directory"
