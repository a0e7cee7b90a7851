/**
 * The agent: watch → read → classify → spool → publish. {@link fabwafer.agent.Agent} and {@link
 * fabwafer.agent.AgentConfig} are the doors; {@link fabwafer.agent.WaferClassifier} is what an
 * agent asks about a wafer.
 *
 * <p>What is promised: each wafer of a file taken from a camera's folder is published as exactly
 * one inspection, whatever is killed. The file stays in the folder until the inspections of all its
 * wafers are durable in the spool; an inspection stays in the spool until the broker acknowledged
 * both its messages; and its identity comes from the file alone, so that what has to be sent twice
 * is the same twice.
 *
 * <p>Threads: every camera has a lane of its own, and lanes share nothing but the classifier, which
 * is safe on any thread. A lane has two threads: {@code inbox-<camera>} takes files, classifies and
 * writes to the spool, one file at a time; {@code publisher-<camera>} alone talks to the broker.
 * They meet in the spool, which is safe on any thread and bounded: when it is full the inbox thread
 * waits and the camera's folder is the buffer. A third, {@code events-<camera>}, only wakes the
 * inbox thread when the operating system reports a change in the folder. Callbacks of the MQTT
 * client's threads do no more than hand their news to the publisher thread.
 */
@NullMarked
package fabwafer.agent;

import org.jspecify.annotations.NullMarked;
