# What the scripts of the cluster share; sourced by them. README.md says what a cluster is.
set -eu

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CLUSTER=${CKPT_CLUSTER:?must name the directory of the cluster}
NODES="n1 n2"
CPUS=${CKPT_NODE_CPUS:-2}
MEMORY=${CKPT_NODE_MEMORY:-6000}
INSTALL=${CKPT_INSTALL:-$HERE/../../target/install}
USERS="alice:6001 bob:6002"

say() { echo "[$(date +%H:%M:%S.%3N)] $*"; }
die() { echo "cluster: $*" >&2; exit 1; }

address() {
	case $1 in
	head) echo 10.91.0.1 ;;
	n*) echo "10.91.0.$((10 + ${1#n}))" ;;
	*) die "no machine is called $1" ;;
	esac
}

# The cgroups of a machine, on the host: one in each hierarchy it uses.
cgroups_of() {
	local name hierarchy
	name=ckpt-$(basename "$CLUSTER")-$1
	for hierarchy in $(hierarchies); do echo "$hierarchy/$name"; done
}

# Version 1 where the host has it (Slurm 22.05 refuses version 2 beside it), else version 2.
hierarchies() {
	if [ -d /sys/fs/cgroup/freezer ]; then
		echo /sys/fs/cgroup/freezer
	else
		echo /sys/fs/cgroup
	fi
}

# When a process began; with its pid a name for it that is never given twice.
birth() { awk '{print $22}' "/proc/$1/stat" 2>/dev/null; }

# The pid, on the host, of a machine's pid 1; fails when the machine is off.
pid_of() {
	local pid born
	read -r pid born 2>/dev/null <"$CLUSTER/run/$1" || return 1
	[ "$(birth "$pid")" = "$born" ] || return 1
	echo "$pid"
}

# Runs a command as root on a machine.
on() {
	local pid
	pid=$(pid_of "$1") || die "$1 is off"
	shift
	nsenter -t "$pid" -m -u -i -n -p -C -- "$@"
}

# Runs a command as a user on a machine, in the user's home.
on_as() {
	local machine=$1 user=$2
	shift 2
	on "$machine" env -i HOME="/home/$user" USER="$user" LOGNAME="$user" PATH=/usr/local/bin:/usr/bin:/bin \
		setpriv --reuid "$user" --regid "$user" --init-groups --inh-caps=-all \
		sh -c 'cd "$HOME" && exec "$@"' - "$@"
}

# The head's side of a node's cable.
link() {
	nsenter -t "$(pid_of head)" -n ip link set "v$1" "$2"
}

remove_cgroups() {
	local directory
	for directory in $(cgroups_of "$1"); do
		[ ! -d "$directory" ] || find "$directory" -depth -type d -exec rmdir {} + 2>/dev/null || true
	done
}

# Ends every process of a machine at once; returns when all are gone.
power_off() {
	local pid
	pid=$(pid_of "$1") || return 0
	kill -KILL "$pid"
	tail --pid="$pid" -f /dev/null
	rm -f "$CLUSTER/run/$1"
	remove_cgroups "$1"
}

# Puts a machine's processes to be started in cgroups of their own, below which the machine sees nothing.
enter_cgroups() {
	local directory
	for directory in $(cgroups_of "$1"); do
		mkdir -p "$directory"
		echo "$BASHPID" >"$directory/cgroup.procs"
	done
}

await() {
	local what=$1 tries
	shift
	for ((tries = 0; tries < 300; tries++)); do
		if "$@"; then return 0; fi
		sleep 0.1
	done
	die "$what: not within 30 s"
}
