#!/bin/bash
#SBATCH --job-name=membrane --cpus-per-task=2 --output=membrane.log
#SBATCH --ckpt=auto --ckpt-interval=0:10 --ckpt-keep=4
python3 membrane.py membrane.txt "$1"
