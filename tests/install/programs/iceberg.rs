//! Makes a table below the first argument and lists what is there.
use floe_sys::iceberg::*;
use std::os::raw::{c_char, c_void};
use std::ptr::{null, null_mut};

fn text(value: &str) -> (*const c_char, usize) {
    (value.as_ptr() as *const c_char, value.len())
}

fn main() {
    let folder = std::env::args().nth(1).unwrap();
    // With the NUL behind it that the ABI promises.
    let root = format!("{{\"root\": \"{}/catalog\"}}\0", folder);
    let options = format!("{{\"warehouse\": \"file://{}/warehouse\"}}\0", folder);
    let name = "{\"namespace\": [\"main\"], \"name\": \"orders\"}\0";
    let request = "{\"columns\": [{\"name\": \"order_id\", \"type\": \"long\"}]}\0";
    let all = "{\"namespace\": null}\0";
    let without_nul = |value: &str| (value.as_ptr() as *const c_char, value.len() - 1);
    unsafe {
        let owner = floe_iceberg_host_new(None, null_mut());
        let host = floe_iceberg_host_table(owner);
        let call = floe_iceberg_call_new(owner, i64::MAX);
        let (catalog, storage) = (&*floe_iceberg_directory_catalog_v1(), &*floe_iceberg_local_storage_v1());
        let format = &*floe_iceberg_table_format_v1();
        let (mut catalog_self, mut storage_self, mut tables): (*mut c_void, *mut c_void, *mut c_void) =
            (null_mut(), null_mut(), null_mut());
        let (data, length) = without_nul(&root);
        assert_eq!(catalog.create.unwrap()(host, call, data, length, &mut catalog_self), 0);
        let (data, length) = text("{}");
        assert_eq!(storage.create.unwrap()(host, call, data, length, &mut storage_self), 0);
        let (data, length) = without_nul(&options);
        assert_eq!(format.open.unwrap()(host, call, catalog, catalog_self, storage, storage_self, data, length, &mut tables), 0);
        let (data, length) = text("[\"main\"]");
        assert_eq!(format.create_namespace.unwrap()(tables, host, call, data, length), 0);
        let sink = (*host).make_sink.unwrap()((*host).ctx);
        let ((name, name_length), (data, length)) = (without_nul(name), without_nul(request));
        assert_eq!(format.create_table.unwrap()(tables, host, call, name, name_length, data, length, sink), 0);
        (*host).drop_sink.unwrap()(sink);
        let sink = (*host).make_sink.unwrap()((*host).ctx);
        let (data, length) = without_nul(all);
        assert_eq!(format.list.unwrap()(tables, host, call, data, length, sink), 0);
        let (mut answer, mut size) = (null(), 0);
        (*host).sink_bytes.unwrap()(sink, &mut answer, &mut size);
        println!("{}", String::from_utf8_lossy(std::slice::from_raw_parts(answer as *const u8, size)));
        (*host).drop_sink.unwrap()(sink);
        format.close.unwrap()(tables);
        storage.destroy.unwrap()(storage_self);
        catalog.destroy.unwrap()(catalog_self);
        floe_iceberg_call_free(call);
        floe_iceberg_host_free(owner);
    }
}
