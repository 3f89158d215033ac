# Read by the launchers, which set $prefix: leaves the Java machine in $java and what both of them give it in $flags.
set -f
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
command -v "$java" >/dev/null || {
	echo "${0##*/}: no java: set JAVA_HOME to a Java 17, or install one" >&2
	exit 69
}
case $prefix in *[[:space:]]*)
	echo "${0##*/}: $prefix: an installation cannot lie under a name with blanks" >&2
	exit 78
esac

# Names of files are UTF-8 here whatever the locale of the caller.
export LC_ALL=C.UTF-8

# Every native library lies in lib/ckpt: nothing is unpacked at run time.
lib=$prefix/lib/ckpt
flags="-XX:+UseSerialGC -XX:-UsePerfData -Djava.library.path=$lib -Djna.library.path=$lib
	-Djna.boot.library.path=$lib -Djna.nounpack=true -DZstdNativePath=$lib/libzstd-jni.so -cp $lib/*"
