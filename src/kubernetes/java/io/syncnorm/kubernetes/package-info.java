/**
 * Tests of {@code submit/kubernetes.sh} and of training in pods, on a Kubernetes of one node that
 * needs neither a cluster nor a container runtime.
 *
 * <p>{@link io.syncnorm.kubernetes.Cluster} is all of it. {@code ApiServer} is fabric8's mock, in
 * the version of Spark's own client. {@code Kubelet} starts the container of each pod as a process
 * ({@code Container}), with the pod's command, environment, volumes and config maps, and reports
 * its state ({@code PodStates}). {@code PodFolder} is its root folder, made from {@code
 * ImageFolder}: the steps of the Dockerfile, on a base with Spark's jars from Maven. Processes
 * enter their root folder in a user and a mount name space, which need no privileges. Each pod has
 * an address of its own on loopback ({@code Addresses}).
 *
 * <p>What it cannot show: images from a registry, limits of CPU and memory, networks between
 * machines, access rights, and what a controller does on its own, such as removing the pods of a
 * driver that was deleted.
 *
 * <p><b>Threads.</b> The kubelet polls the API server on a thread of its own.
 */
package io.syncnorm.kubernetes;
