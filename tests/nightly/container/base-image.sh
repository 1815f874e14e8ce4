#!/usr/bin/env bash
# Make a stand-in for an official python image, for machines that reach no image registry: Debian bookworm with its own
# Python 3.11, under the name that a Dockerfile asks for. It tests a Dockerfile's steps, not the official image.
#   base-image.sh IMAGE WORKDIR     needs root, debootstrap, buildah; storage as CONTAINERS_STORAGE_CONF says;
#                                   DEBIAN_MIRROR, if set, is asked instead of debootstrap's own choice
set -euo pipefail
image=$1 rootfs=$2/rootfs

debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,libgomp1 \
    bookworm "$rootfs" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"} >"$2/debootstrap.log"

# As in the official image: `python` is on PATH, and pip may install into it.
ln -s ../../bin/python3 "$rootfs/usr/local/bin/python"
# Some networks have a certificate authority of their own: trust whom this machine trusts.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then cp /etc/ssl/certs/ca-certificates.crt "$rootfs/etc/ssl/certs/"; fi
rm -f "$rootfs"/usr/lib/python3*/EXTERNALLY-MANAGED
rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/* "$rootfs"/usr/share/{doc,man,locale,info}

container=$(buildah from scratch)
buildah add --quiet "$container" "$rootfs" /
buildah config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 \
    --cmd python "$container"
buildah commit --quiet --rm "$container" "$image"
rm -rf "$rootfs"
