#!/bin/sh
# job.sh DIRECTORY STEPS: the job of the local demonstration, a script that runs a program.
python3 "$(dirname "$0")/membrane.py" "$1/output.txt" "$2"
echo "exit status $?" >"$1/status.txt"
