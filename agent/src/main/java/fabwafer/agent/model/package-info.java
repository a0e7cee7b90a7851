/**
 * Models that the hub sends while the agent runs. {@link fabwafer.agent.model.ModelDelivery} is the
 * door: it hands each camera's lane a classifier, and changes the model behind it between two
 * wafers.
 *
 * <p>What is promised: a model answers only after its manifest's signature, every file's hash, its
 * card and its test vectors were found right on this machine. Until then, and whenever one is
 * refused, the model before goes on. The disk holds at any instant either the old choice or the new
 * one: it is one file, replaced whole. A transfer that is cut goes on where it was.
 *
 * <p>Threads: {@code models} alone decides and touches the disk; callbacks of the MQTT client leave
 * their news in a bounded queue; lanes ask their classifiers on their own threads.
 */
@NullMarked
package fabwafer.agent.model;

import org.jspecify.annotations.NullMarked;
