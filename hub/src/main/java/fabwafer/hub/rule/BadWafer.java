package fabwafer.hub.rule;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.classification.Classification;
import fabwafer.protocol.DeviceName;

/** A wafer that counts against its stream, as far as an alarm needs it. */
record BadWafer(
    String imgid,
    long timestampMillis,
    String fab,
    String camera,
    String prediction,
    double probability) {
  static BadWafer of(Classification wafer) {
    return new BadWafer(
        wafer.imgid(),
        wafer.timestampMillis(),
        wafer.device().fab(),
        wafer.device().camera(),
        wafer.prediction(),
        wafer.probability());
  }

  DeviceName device() {
    return new DeviceName(fab, camera);
  }

  Alarm.Wafer ofAlarm() {
    return new Alarm.Wafer(imgid, timestampMillis, probability);
  }
}
