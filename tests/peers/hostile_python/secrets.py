from floe import abi
from floe.plugin_call import PluginError
from floe.plugins import SecretsPlugin
from . import helper
#module


class Book(SecretsPlugin):
    #class

    def __init__(self, call, config):
        #__init__
        self.config = config

    @classmethod
    def validate_config(cls, call, config):
        #validate_config
        return []

    def health(self, call):
        #health
        return {"state": "ok", "message": "", "details": {}}

    def describe(self, call):
        #describe
        return {}

    def destroy(self):
        #destroy
        pass

    def put(self, call, key, value):
        #put
        pass

    def remove(self, call, key):
        pass

    def pod_environment(self, call, request):
        #pod_environment
        return {"env": [], "envFrom": [], "volumeMounts": [], "volumes": []}

    if "get" not in vars():
        def get(self, call, key):
            #get
            return b"value"
