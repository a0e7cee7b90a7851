package fabwafer.hub.ingest;

import fabwafer.protocol.DeviceName;
import fabwafer.protocol.model.ChunkRequest;
import fabwafer.protocol.model.ModelReport;
import org.jdbi.v3.core.Handle;

/** Is told what devices say of their models; on ingest's thread. */
public interface DeviceModels {
  /** Nobody delivers models. */
  DeviceModels NONE =
      new DeviceModels() {
        @Override
        public void reported(Handle handle, DeviceName device, ModelReport report) {}

        @Override
        public void wanted(DeviceName device, ChunkRequest request) {}
      };

  /** A device says how far it is; in the transaction of the message. */
  void reported(Handle handle, DeviceName device, ModelReport report);

  /** A device wants chunks; must not wait. One that is lost is asked for again. */
  void wanted(DeviceName device, ChunkRequest request);
}
