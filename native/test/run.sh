#!/bin/sh
# Runs the test programs named; a line for each that failed or was skipped, nothing for the rest.
failed=0
for program; do
	timeout 60 "$program"
	status=$?
	case $status in
	0) ;;
	77) echo "SKIP $program" ;;
	*) echo "FAIL $program (exit status $status)"; failed=1 ;;
	esac
done
exit $failed
